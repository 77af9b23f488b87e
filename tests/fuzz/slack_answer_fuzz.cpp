// Any body is an answer or none; what is taken from it can go back to Slack and into references.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sink/slack_answer.h"
#include "sink/slack_api.h"

namespace {

void check(bool is_right) {
  if (!is_right) __builtin_trap();
}

bool is_id(std::string_view text) {
  for (const char c : text) {
    const bool good =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
    if (!good) return false;
  }
  return text.size() <= 40;
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\n\r\0\x1b", 4)) == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace sink = trailwarden::sink;
  const auto answer = sink::read_slack_answer({reinterpret_cast<const char*>(data), size});
  if (!answer) return 0;
  check(answer->ok == answer->error.empty());
  check(is_id(answer->channel) && is_id(answer->ts));
  check(is_one_line(sink::told("chat.postMessage", *answer)));
  for (const sink::SlackFound& found : answer->found) {
    check(is_id(found.ts) && !found.ts.empty() && !found.key.empty());
  }
  return 0;
}
