#include "aws/process_credentials.h"

#include <boost/json.hpp>
#include <utility>

#include "aws/json_text.h"
#include "aws/key_document.h"

namespace trailwarden::aws {
namespace {

// Enough for a sentence of a tool's own; the end of it, for there stands the reason.
constexpr std::size_t kErrorBytesMax = 500;

bool is_version_1(const std::string& text) {
  const auto document = read_object(text);
  if (!document) return true;  // The document's reader says it better.
  const boost::json::value* version = document->if_contains("Version");
  return version != nullptr && version->is_int64() && version->get_int64() == 1;
}

std::string last_words(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == text.npos) return "it said nothing";
  const std::size_t begin = end + 1 > kErrorBytesMax ? end + 1 - kErrorBytesMax : 0;
  return text.substr(begin, end + 1 - begin);
}

class ProcessCredentials final : public CredentialsSource {
 public:
  ProcessCredentials(std::string profile, std::string command, ProcessLimits limits)
      : profile_(std::move(profile)), command_(std::move(command)), limits_(limits) {}

  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    const auto words = split_command(command_);
    if (!words) return no_credentials(words.error().message);
    const auto result = run_process(*words, limits_, stop);
    if (!result) {
      auto failure = no_credentials(result.error().message);
      if (stop.stop_requested()) failure.value().kind = Failure::Kind::Cancelled;
      return failure;
    }
    if (result->status != 0) {
      return no_credentials("the command ended with status " + std::to_string(result->status) +
                            ": " + last_words(result->error));
    }
    if (!is_version_1(result->out)) return no_credentials("the answer is not of Version 1");
    auto keys = read_key_document(result->out, "SessionToken");
    if (!keys) return no_credentials(keys.error().message);
    return *std::move(keys);
  }

  std::string name() const override { return "profile " + profile_ + ", credential_process"; }

 private:
  const std::string profile_;
  const std::string command_;
  const ProcessLimits limits_;
};

}  // namespace

std::unique_ptr<CredentialsSource> process_credentials(std::string profile, std::string command,
                                                       ProcessLimits limits) {
  return std::make_unique<ProcessCredentials>(std::move(profile), std::move(command), limits);
}

}  // namespace trailwarden::aws
