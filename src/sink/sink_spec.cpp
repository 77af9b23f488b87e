#include "sink/sink_spec.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aws/sigv4.h"
#include "net/http.h"
#include "sink/lines.h"
#include "sink/notice_json.h"
#include "sink/ocsf.h"
#include "sink/slack_bot.h"
#include "sink/slack_hook.h"
#include "sink/sns.h"
#include "sink/webhook.h"
#include "triage/log_text.h"

namespace trailwarden::sink {
namespace {

constexpr std::string_view kForms =
    "slack, slack:CHANNEL, sns:ARN, webhook:URL, jsonl:PATH, ocsf:PATH or -";
constexpr std::string_view kTokenVariable = "SLACK_BOT_TOKEN";
constexpr std::string_view kHookVariable = "SLACK_WEBHOOK_URL";
constexpr std::string_view kSigningVariable = "TRAILWARDEN_WEBHOOK_SECRET";
constexpr std::string_view kApiVariable = "SLACK_API_URL";  // GovSlack, and tests.
constexpr std::string_view kApi = "https://slack.com/api";

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Usage, std::move(message));
}

// --- Reading ----------------------------------------------------------------------------------

struct Condition {
  std::string_view name, value;
};

// Takes ",name=value" from the end of `text`; nothing where there is none.
std::optional<Condition> take_condition(std::string_view& text) {
  const std::size_t comma = text.rfind(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view last = text.substr(comma + 1);
  const std::size_t equals = last.find('=');
  if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = last.substr(0, equals);
  const bool is_name =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!is_name) return std::nullopt;
  text = text.substr(0, comma);
  return Condition{name, last.substr(equals + 1)};
}

Result<void> read_least(std::string_view value, Route& route) {
  const auto named = triage::verdict_named(value);
  if (!named) {
    return wrong("min= is safe, uncertain or dangerous, not '" + triage::shown(value, 40) + "'");
  }
  route.least = *named;
  return {};
}

Result<void> read_accounts(std::string_view value, Route& route) {
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find('+', begin), value.size());
    const std::string_view id = value.substr(begin, end - begin);
    const bool is_id = id.size() == 12 && std::all_of(id.begin(), id.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    if (!is_id) {
      return wrong("account= takes ids of 12 digits, several joined by +, not '" +
                   triage::shown(value, 60) + "'");
    }
    route.accounts.emplace_back(id);
    begin = end + 1;
  }
  std::sort(route.accounts.begin(), route.accounts.end());
  return {};
}

Result<void> apply(const Condition& condition, SinkSpec& spec) {
  if (condition.name == "min") return read_least(condition.value, spec.route);
  if (condition.name == "account") return read_accounts(condition.value, spec.route);
  if (condition.name == "secret") {
    spec.secret = TW_TRY(parse_secret_reference(condition.value));
    return {};
  }
  return wrong("a sink has no '" + triage::shown(condition.name, 40) +
               "=': it is min=, account= or secret= (write a comma that belongs to a URL as %2C)");
}

bool is_channel(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

Result<void> read_slack(std::string_view where, SinkSpec& spec) {
  spec.kind = SinkKind::SlackBot;
  // Whoever writes a webhook's URL here has put a secret where everybody sees it.
  if (where.find("://") != std::string_view::npos) {
    return wrong("the URL of a Slack webhook is a secret: set " + std::string(kHookVariable) +
                 " and write `--sink slack`");
  }
  if (where.starts_with("xox")) {
    return wrong("a Slack token is a secret: set " + std::string(kTokenVariable) +
                 " and write `--sink slack:CHANNEL`");
  }
  if (!is_channel(where)) {
    return wrong("slack: takes a channel's id (C0123456789) or name (alerts), not '" +
                 triage::shown(where, 80) + "'");
  }
  spec.target = where;
  return {};
}

Result<void> read_where(std::string_view where, SinkSpec& spec) {
  if (where == "-") {
    spec = {SinkKind::JsonLines, "-", spec.route, spec.secret};
    return {};
  }
  if (where == "slack") {
    spec.kind = SinkKind::SlackHook;
    return {};
  }
  const std::size_t colon = where.find(':');
  const std::string_view form = where.substr(0, colon);
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view() : where.substr(colon + 1);
  if (form == "slack") return read_slack(rest, spec);
  spec.target = rest;
  if (form == "sns") {
    spec.kind = SinkKind::Sns;
    if (!region_of_topic(rest).empty()) return {};
    return wrong("sns: takes a topic's ARN (arn:aws:sns:eu-central-1:111122223333:alerts), not '" +
                 triage::shown(rest, 120) + "'");
  }
  if (form == "webhook") {
    spec.kind = SinkKind::Webhook;
    const auto url = net::parse_url(rest);
    if (!url) return wrong("webhook: takes an https:// URL: " + to_string(url.error()));
    return {};
  }
  if (form == "jsonl" || form == "ocsf") {
    spec.kind = form == "jsonl" ? SinkKind::JsonLines : SinkKind::Ocsf;
    if (!rest.empty()) return {};
    return wrong(std::string(form) + ": takes a path, or - for the standard output");
  }
  return wrong("'" + triage::shown(form, 40) + "' is no sink: it is " + std::string(kForms));
}

// --- Making -----------------------------------------------------------------------------------

SecretReference variable(std::string_view name) {
  return {SecretReference::Place::Environment, std::string(name), {}};
}

// Reads what can be read without AWS, so that a missing secret is an error at once.
Result<std::shared_ptr<Secret>> make_secret(const SecretReference& reference, const Means& means,
                                            std::string_view what_for) {
  auto secret = std::make_shared<Secret>(reference, means);
  const auto is_away = [](std::string_view text) { return text.starts_with("secretsmanager:"); };
  const bool is_elsewhere =
      is_away(to_string(reference)) || (reference.place == SecretReference::Place::Environment &&
                                        is_away(means.environment(reference.name).value_or("")));
  if (is_elsewhere) return secret;
  if (const auto value = secret->get(); !value) {
    return wrong(std::string(what_for) + ": " + to_string(value.error()));
  }
  return secret;
}

using Made = Result<std::unique_ptr<Sink>>;

Made make_slack_bot(const SinkSpec& spec, std::vector<Route> routes, const Means& means) {
  auto token = TW_TRY(make_secret(spec.secret.value_or(variable(kTokenVariable)), means,
                                  "slack:" + spec.target + " needs a bot token"));
  const std::string base = means.environment(std::string(kApiVariable)).value_or(std::string(kApi));
  auto url = net::parse_url(base);
  if (!url) return wrong(std::string(kApiVariable) + ": " + to_string(url.error()));
  auto api = std::make_shared<SlackApi>(*std::move(url), std::move(token), means);
  return std::unique_ptr<Sink>(
      std::make_unique<SlackBotSink>(spec.target, std::move(api), std::move(routes)));
}

Made make_slack_hook(const SinkSpec& spec, std::vector<Route> routes, const Means& means) {
  const SecretReference reference = spec.secret.value_or(variable(kHookVariable));
  auto url = TW_TRY(
      make_secret(reference, means, "slack (without a channel) needs an incoming webhook's URL"));
  // The usual one is "webhook"; others are told by where they stand.
  std::string label = "webhook";
  if (spec.secret) label += "#" + aws::sha256_hex(to_string(reference)).substr(0, 8);
  return std::unique_ptr<Sink>(
      std::make_unique<SlackHookSink>(std::move(label), std::move(url), std::move(routes), means));
}

Made make_webhook(const SinkSpec& spec, std::vector<Route> routes, const Means& means) {
  std::shared_ptr<Secret> secret;
  if (spec.secret || means.environment(std::string(kSigningVariable))) {
    secret = TW_TRY(make_secret(spec.secret.value_or(variable(kSigningVariable)), means,
                                "webhook: its signing secret"));
  }
  auto url = net::parse_url(spec.target);
  if (!url) return tl::unexpected(std::move(url).error());
  return std::unique_ptr<Sink>(
      std::make_unique<WebhookSink>(*std::move(url), std::move(secret), std::move(routes), means));
}

Made make_sns(const SinkSpec& spec, std::vector<Route> routes, const Means& means) {
  if (!means.aws) return wrong("sns: needs AWS");
  auto session = TW_TRY(means.aws());
  return std::unique_ptr<Sink>(
      std::make_unique<SnsSink>(spec.target, std::move(session), std::move(routes)));
}

Made make_sink(const SinkSpec& spec, std::vector<Route> routes, const Means& means) {
  switch (spec.kind) {
    case SinkKind::SlackHook:
      return make_slack_hook(spec, std::move(routes), means);
    case SinkKind::SlackBot:
      return make_slack_bot(spec, std::move(routes), means);
    case SinkKind::Sns:
      return make_sns(spec, std::move(routes), means);
    case SinkKind::Webhook:
      return make_webhook(spec, std::move(routes), means);
    case SinkKind::JsonLines:
      return std::unique_ptr<Sink>(
          std::make_unique<LinesSink>("jsonl", keyed_json, spec.target, std::move(routes)));
    case SinkKind::Ocsf:
      break;
  }
  return std::unique_ptr<Sink>(
      std::make_unique<LinesSink>("ocsf", ocsf_finding, spec.target, std::move(routes)));
}

struct Planned {
  SinkSpec spec;
  std::vector<Route> routes;
};

bool is_same_target(const SinkSpec& a, const SinkSpec& b) {
  const auto place = [](const SinkSpec& s) { return s.secret ? to_string(*s.secret) : ""; };
  return a.kind == b.kind && a.target == b.target && place(a) == place(b);
}

}  // namespace

Result<SinkSpec> parse_sink_spec(std::string_view text) {
  SinkSpec spec;
  std::vector<std::string_view> seen;
  while (const auto condition = take_condition(text)) {
    if (std::find(seen.begin(), seen.end(), condition->name) != seen.end()) {
      return wrong(std::string(condition->name) + "= is given twice");
    }
    seen.push_back(condition->name);
    TW_TRY(apply(*condition, spec));
  }
  TW_TRY(read_where(text, spec));
  const bool takes_secret = spec.kind == SinkKind::SlackBot || spec.kind == SinkKind::SlackHook ||
                            spec.kind == SinkKind::Webhook;
  if (spec.secret && !takes_secret) return wrong("secret= is for slack and webhook sinks");
  return spec;
}

Result<std::vector<std::unique_ptr<Sink>>> make_sinks(const std::vector<std::string>& specs,
                                                      const Means& means) {
  std::vector<Planned> plan;
  for (const std::string& text : specs) {
    SinkSpec spec = TW_TRY(parse_sink_spec(text));
    const auto same = std::find_if(plan.begin(), plan.end(), [&](const Planned& planned) {
      return is_same_target(planned.spec, spec);
    });
    const Route route = spec.route;
    if (same == plan.end()) {
      plan.push_back({std::move(spec), {route}});
    } else {
      same->routes.push_back(route);
    }
  }
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.reserve(plan.size());
  for (Planned& planned : plan) {
    auto sink = make_sink(planned.spec, std::move(planned.routes), means);
    if (!sink) return tl::unexpected(std::move(sink).error());
    sinks.push_back(*std::move(sink));
  }
  return sinks;
}

}  // namespace trailwarden::sink
