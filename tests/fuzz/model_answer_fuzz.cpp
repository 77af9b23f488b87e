// Whatever a model writes: it is read or it is unread, and what is made of it is one harmless line.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analyst/answer.h"
#include "analyst/clean.h"
#include "base/code_point.h"

using namespace trailwarden;
using analyst::Reading;

namespace {

void check(bool is_right) {
  if (!is_right) __builtin_trap();
}

void check_clean(const std::string& text) {
  const std::string line = analyst::cleaned(text, 300);
  std::size_t characters = 0;
  for (std::string_view rest = line; !rest.empty(); ++characters) {
    const CodePoint c = first_code_point(rest);
    check(c.bytes != 0 && !is_deceptive(c.value));
    rest.remove_prefix(c.bytes);
  }
  check(characters <= 301);
  check(line.find_first_of("<>@`|") == std::string::npos);
  check(line.find("://") == std::string::npos);
  check(line.find("](") == std::string::npos);
  check(!line.starts_with(' ') && !line.ends_with(' '));
}

void check_answer(const analyst::Answer& answer) {
  const bool is_unread = answer.reading == Reading::Unread;
  check(is_unread == !answer.unread_because.empty());
  check(!is_unread || answer.verdict == triage::Verdict::Uncertain);
  check(answer.reasons.size() <= 8 && answer.next_steps.size() <= 6);
  check_clean(answer.explanation);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  model::Reply reply;
  reply.text = text;
  check_answer(analyst::read_answer(reply));
  reply.structured = text;
  reply.text.clear();
  check_answer(analyst::read_answer(reply));
  check_clean(text);
  return 0;
}
