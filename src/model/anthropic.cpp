#include <boost/json/serialize.hpp>
#include <utility>

#include "model/http_call.h"
#include "model/messages.h"
#include "model/providers.h"

namespace trailwarden::model {
namespace {

constexpr const char* kOwnUrl = "https://api.anthropic.com";

class Anthropic final : public Provider {
 public:
  Anthropic(HttpOptions options, net::Url url)
      : http_(std::move(options.http)), model_(std::move(options.model)), url_(std::move(url)) {
    headers_.emplace_back("anthropic-version", "2023-06-01");
    if (!options.key.empty()) headers_.emplace_back("x-api-key", std::move(options.key));
  }

  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                     const std::stop_token& stop) override {
    return ladder_.ask(request, time, [&](FormStep step, std::chrono::milliseconds left) {
      return ask_once(request, step, left, stop);
    });
  }

  const std::string& service() const override { return service_; }
  const std::string& model() const override { return model_; }

 private:
  Outcome<Reply> ask_once(const Request& request, FormStep step, std::chrono::milliseconds time,
                          const std::stop_token& stop) {
    boost::json::object body{{"model", model_}};
    for (auto& entry : messages_body(request, step)) body.emplace(entry.key(), entry.value());
    const HttpCall call{*http_, service_, "messages", url_, headers_};
    auto answer = post_json(call, boost::json::serialize(body), time, stop);
    if (!answer) return tl::unexpected(std::move(answer).error());
    return reply_to(call, *answer, read_messages_reply(answer->body, request), model_);
  }

  std::string service_ = "Anthropic";
  std::shared_ptr<net::Client> http_;
  std::string model_;
  net::Url url_;
  std::vector<net::Header> headers_;
  FormLadder ladder_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_anthropic(HttpOptions options) {
  if (options.base_url.empty() && options.key.empty()) {
    return fail(ErrorCode::Usage, "Anthropic wants a key");
  }
  net::Url url = TW_TRY(service_url(options.base_url, kOwnUrl, "/v1/messages"));
  return std::unique_ptr<Provider>(std::make_unique<Anthropic>(std::move(options), std::move(url)));
}

}  // namespace trailwarden::model
