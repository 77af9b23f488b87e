#include "model/anthropic.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "model/messages.h"

namespace trailwarden::model {
namespace {

constexpr const char* kOwnUrl = "https://api.anthropic.com";

class Anthropic final : public Provider {
 public:
  Anthropic(HttpOptions options, HttpCall call)
      : http_(std::move(options.http)), model_(std::move(options.model)), call_(std::move(call)) {}

  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                     const std::stop_token& stop) override {
    return ladder_.ask(request, time, [&](FormStep step, std::chrono::milliseconds left) {
      return ask_once(request, step, left, stop);
    });
  }

  const std::string& service() const override { return call_.service; }
  const std::string& model() const override { return model_; }

 private:
  Outcome<Reply> ask_once(const Request& request, FormStep step, std::chrono::milliseconds time,
                          const std::stop_token& stop) {
    boost::json::object body{{"model", model_}};
    for (auto& entry : messages_body(request, step)) body.emplace(entry.key(), entry.value());
    auto answer = post_json(call_, boost::json::serialize(body), time, stop);
    if (!answer) return tl::unexpected(std::move(answer).error());
    return reply_to(call_, *answer, read_messages_reply(answer->body, request), model_);
  }

  std::shared_ptr<net::Client> http_;
  std::string model_;
  HttpCall call_;
  FormLadder ladder_;
};

}  // namespace

Result<HttpCall> anthropic_call(const HttpOptions& options, std::string operation,
                                std::string_view path) {
  if (options.base_url.empty() && options.key.empty()) {
    return fail(ErrorCode::Usage, "Anthropic wants a key");
  }
  net::Url url = TW_TRY(service_url(options.base_url, kOwnUrl, path));
  HttpCall call{*options.http, "Anthropic", std::move(operation), std::move(url), {}};
  call.headers.emplace_back("anthropic-version", "2023-06-01");
  if (!options.key.empty()) call.headers.emplace_back("x-api-key", options.key);
  return call;
}

Result<std::unique_ptr<Provider>> make_anthropic(HttpOptions options) {
  HttpCall call = TW_TRY(anthropic_call(options, "messages", "/v1/messages"));
  return std::unique_ptr<Provider>(
      std::make_unique<Anthropic>(std::move(options), std::move(call)));
}

}  // namespace trailwarden::model
