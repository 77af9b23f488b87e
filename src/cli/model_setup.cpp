#include "cli/model_setup.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <random>
#include <utility>

#include "cli/aws_session.h"
#include "cli/content.h"
#include "cli/sink_means.h"
#include "model/providers.h"
#include "report/format.h"
#include "sink/secret.h"

namespace trailwarden::cli {
namespace {

// rules/initial-access/text_addresses_language_model.yml
constexpr const char* kInjectionRule = "2842693d-416b-4308-9685-891ed08ce3a3";

// The key in the variable `name`, which may also name a file or a secret. None is no error: servers
// of one's own want none.
Result<std::string> key_in(const std::string& name, const Request& request) {
  if (!variable(name)) return std::string();
  sink::Secret secret({sink::SecretReference::Place::Environment, name, {}}, sink_means(request));
  return secret.get();
}

Result<std::unique_ptr<model::Provider>> open_http(const Request& request, const std::string& name,
                                                   const std::string& service) {
  auto options = TW_TRY(http_options(request, service));
  if (options.base_url.empty() && options.key.empty()) {
    return fail(ErrorCode::Usage, "--analyst " + name + " wants a key in " + service +
                                      "_API_KEY, or a server in " + service + "_BASE_URL");
  }
  return name == "anthropic" ? model::make_anthropic(std::move(options))
                             : model::make_openai(std::move(options));
}

Result<std::unique_ptr<model::Provider>> open_provider(const Request& request) {
  const std::string name = request.text("analyst");
  if (!request.has("model")) {
    return fail(ErrorCode::Usage, "--analyst " + name + " wants a --model");
  }
  if (name == "anthropic") return open_http(request, name, "ANTHROPIC");
  if (name == "openai") return open_http(request, name, "OPENAI");
  const aws::Session session = TW_TRY(open_aws_session(request));
  return model::make_bedrock(session,
                             {.model = request.text("model"),
                              .call = name == "bedrock-invoke" ? model::BedrockCall::InvokeModel
                                                               : model::BedrockCall::Converse});
}

Result<model::PriceList> price_list(const Request& request) {
  model::PriceList list = model::PriceList::listed();
  if (request.has("prices")) {
    const std::string path = request.text("prices");
    const std::string text = TW_TRY(read_file(path));
    if (auto added = list.add(text); !added) {
      return fail(ErrorCode::Usage, to_string(added.error()), path);
    }
  }
  return list;
}

Result<analyst::Prompt> prompt_of(const Request& request) {
  if (!request.has("prompt")) return analyst::builtin_prompt();
  const std::string path = request.text("prompt");
  auto prompt = analyst::make_prompt(TW_TRY(read_file(path)));
  if (!prompt) return fail(ErrorCode::Usage, prompt.error().message, path);
  return prompt;
}

Result<std::optional<model::Usd>> amount_of(const Request& request, std::string_view option) {
  if (!request.has(option)) return std::nullopt;
  const std::string text = request.text(option);
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(amount) ||
      amount < 0 || amount > 1e6) {
    return fail(ErrorCode::Usage,
                "--" + std::string(option) + " takes US dollars, such as 0.50, not '" + text + "'");
  }
  return model::dollars(amount);
}

std::optional<std::uint64_t> count_of(const Request& request, std::string_view option) {
  if (!request.has(option)) return std::nullopt;
  return std::strtoull(request.text(option).c_str(), nullptr, 10);  // A Number: digits only.
}

// A cap in money means nothing for a model whose price nobody knows: the user's own is refused, the
// default one left out.
Result<model::BudgetLimits> limits_of(const Request& request, model::BudgetLimits limits,
                                      bool knows_price) {
  const auto per_day = TW_TRY(amount_of(request, "max-cost"));
  const auto per_hour = TW_TRY(amount_of(request, "max-cost-hour"));
  if ((per_day || per_hour) && !knows_price) {
    return fail(ErrorCode::Usage,
                "nobody knows what " + request.text("model") +
                    " costs, so --max-cost cannot hold: give its price with --prices");
  }
  if (!knows_price) limits.cost_per_hour = limits.cost_per_day = std::nullopt;
  if (per_day) limits.cost_per_day = per_day;
  if (per_hour) limits.cost_per_hour = per_hour;
  if (const auto tokens = count_of(request, "max-tokens")) limits.tokens_per_day = tokens;
  if (const auto tokens = count_of(request, "max-tokens-hour")) limits.tokens_per_hour = tokens;
  return limits;
}

std::uint64_t random_key() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

UnixSeconds wall_clock() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<model::HttpOptions> http_options(const Request& request, const std::string& service) {
  model::HttpOptions options;
  options.http = make_http_client();
  options.base_url = variable(service + "_BASE_URL").value_or("");
  options.key = TW_TRY(key_in(service + "_API_KEY", request));
  options.model = request.text("model");
  return options;
}

bool ModelSetup::is_wanted(const Request& request) {
  return request.text("analyst", "local") != "local";
}

Result<std::unique_ptr<ModelSetup>> ModelSetup::open(const Request& request, const ModelCaps& caps,
                                                     const ModelMemory& memory) {
  std::unique_ptr<ModelSetup> setup(new ModelSetup);
  auto provider = TW_TRY(open_provider(request));
  setup->price_ = TW_TRY(price_list(request)).find(request.text("model"));
  const auto limits = TW_TRY(limits_of(request, caps.limits, setup->knows_price()));
  auto prompt = TW_TRY(prompt_of(request));
  model::Ledger& ledger = memory.ledger != nullptr ? *memory.ledger : setup->own_ledger_;
  setup->budget_ = TW_TRY(model::Budget::open(limits, ledger, wall_clock));
  model::GuardOptions options;
  options.concurrency_max = caps.concurrency_max;
  options.price = setup->price_;
  options.budget = setup->budget_.get();
  setup->guard_ = std::make_unique<model::Guard>(std::move(provider), std::move(options));
  analyst::OpinionCache* answers =
      memory.answers != nullptr ? memory.answers : &setup->own_answers_;
  setup->analyst_ = std::make_unique<analyst::ModelAnalyst>(analyst::ModelAnalystSetup{
      .guard = *setup->guard_,
      .prompt = std::move(prompt),
      .cache = answers,
      .injection_rules = {kInjectionRule},
      .redaction = request.has("redact") ? analyst::Redaction::On : analyst::Redaction::Off,
      .key = random_key(),
      .time = std::chrono::seconds(count_of(request, "model-time").value_or(60)),
  });
  return setup;
}

std::string ModelSetup::account() const {
  const model::GuardState state = guard_->state();
  std::string line = "asked " + guard_->service() + " " + guard_->model() + " " +
                     report::plural(state.questions, "question") + ", " +
                     report::plural(state.answers, "answer");
  if (const std::uint64_t reused = analyst_->reused(); reused != 0) {
    line += " (" + report::plural(reused, "more case") + " by an answer to one of the same shape)";
  }
  line += ": " +
          report::grouped(state.usage.input + state.usage.cache_read + state.usage.cache_write) +
          " tokens in, " + report::grouped(state.usage.output) + " out, ";
  line += price_ ? to_string(state.cost) : std::string("at a price that nobody told");
  if (state.over_budget != 0) {
    line +=
        "; " + report::plural(state.over_budget, "question") + " not asked: the budget is spent";
  }
  return line;
}

}  // namespace trailwarden::cli
