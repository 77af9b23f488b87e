#include "model/prices.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "model/json_read.h"

namespace trailwarden::model {
namespace {

namespace json = boost::json;

// What Anthropic charges beside input and output: a prefix that is written to the cache for five
// minutes costs 1.25 times its input, one that is read 0.1 times, or as its list says.
constexpr Price claude(double input, double output, double read_factor = 0.1) {
  return {.input = input,
          .output = output,
          .cache_read = input * read_factor,
          .cache_write = input * 1.25};
}
// OpenAI and Amazon charge nothing for writing.
constexpr Price other(double input, double output, double cache_read) {
  return {.input = input, .output = output, .cache_read = cache_read, .cache_write = input};
}
constexpr Price haiku_5_5() {
  Price price = claude(0.10, 0.50);
  price.long_from = 100'000;
  price.long_factor = 5;
  return price;
}

struct Listed {
  std::string_view name;
  Price price;
  bool is_dearer_in_region;
};

// Anthropic: docs.anthropic.com, "Pricing", October 2026. Amazon Nova (May 2026) and OpenAI (June
// 2026): as other sites quote the makers' pages, which could not be read from here.
constexpr Listed kListed[] = {
    {"claude-fable-5-1", claude(10, 50, 0.025), true},
    {"claude-opus-5-5", claude(4, 20), true},
    {"claude-opus-5", claude(5, 25), true},
    {"claude-opus-4-8", claude(5, 25), true},
    {"claude-opus-4-7", claude(5, 25), true},
    {"claude-opus-4-6", claude(5, 25), true},
    {"claude-opus-4-5", claude(5, 25), true},
    {"claude-sonnet-5-5", claude(2, 10, 0.05), true},
    {"claude-sonnet-5", claude(3, 15), true},  // After its introduction, of which lists differ.
    {"claude-sonnet-4-6", claude(3, 15), true},
    {"claude-sonnet-4-5", claude(3, 15), true},
    {"claude-haiku-5-5", haiku_5_5(), true},
    {"claude-haiku-4-5", claude(1, 5), true},
    {"nova-micro", other(0.035, 0.14, 0.00875), false},
    {"nova-lite", other(0.06, 0.24, 0.015), false},
    {"nova-pro", other(0.80, 3.20, 0.20), false},
    {"gpt-5.4", other(2.50, 15, 0.25), false},
    {"gpt-5.1", other(1.25, 10, 0.125), false},
    {"gpt-5", other(1.25, 10, 0.125), false},
    {"gpt-5-mini", other(0.25, 2, 0.025), false},
    {"gpt-5-nano", other(0.05, 0.40, 0.005), false},
    {"gpt-4.1", other(2, 8, 0.50), false},
    {"gpt-4.1-mini", other(0.40, 1.60, 0.10), false},
    {"gpt-4.1-nano", other(0.10, 0.40, 0.025), false},
    {"gpt-4o", other(2.50, 10, 1.25), false},
    {"gpt-4o-mini", other(0.15, 0.60, 0.075), false},
};

constexpr auto kProfilePrefixes = std::to_array<std::string_view>(
    {"us.", "eu.", "apac.", "au.", "jp.", "ca.", "us-gov.", "global."});
constexpr auto kMakers = std::to_array<std::string_view>({"anthropic.", "amazon.", "openai."});

std::string_view without_prefix(std::string_view text, const auto& prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return text;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "-v1:0", "-v1": Bedrock's version of its own.
std::string_view without_version(std::string_view name) {
  const std::size_t mark = name.rfind("-v");
  if (mark == name.npos || mark + 2 >= name.size()) return name;
  const std::string_view version = name.substr(mark + 2);
  return is_digits(version.substr(0, version.find(':'))) ? name.substr(0, mark) : name;
}

// "-20251001", "-2024-08-06": the day of a snapshot.
std::string_view without_date(std::string_view name) {
  const auto is_year = [](std::string_view text) {
    return is_digits(text) && text.starts_with("20");
  };
  if (name.size() > 9 && name[name.size() - 9] == '-' && is_year(name.substr(name.size() - 8))) {
    return name.substr(0, name.size() - 9);
  }
  if (name.size() > 11 && name[name.size() - 11] == '-' && name[name.size() - 6] == '-' &&
      name[name.size() - 3] == '-' && is_year(name.substr(name.size() - 10, 4)) &&
      is_digits(name.substr(name.size() - 5, 2)) && is_digits(name.substr(name.size() - 2))) {
    return name.substr(0, name.size() - 11);
  }
  return name;
}

std::string_view without_arn(std::string_view model) {
  const std::size_t slash = model.starts_with("arn:") ? model.rfind('/') : model.npos;
  return slash == model.npos ? model : model.substr(slash + 1);
}

// Whether Bedrock serves the model from one region or a group of them, not from anywhere.
bool is_regional(std::string_view model) {
  model = without_arn(model);
  if (model.starts_with("global.")) return false;
  return without_prefix(model, kProfilePrefixes).starts_with("anthropic.");
}

Price times(Price price, double factor) {
  price.input *= factor;
  price.output *= factor;
  price.cache_read *= factor;
  price.cache_write *= factor;
  return price;
}

Usd rounded_up(double nanos) { return {static_cast<std::int64_t>(std::ceil(nanos - 1e-6))}; }

Result<double> amount_in(const json::object& row, std::string_view name,
                         std::optional<double> otherwise) {
  const json::value* value = member(row, name);
  if (value == nullptr && otherwise) return *otherwise;
  if (value == nullptr) return fail(ErrorCode::Syntax, std::string(name) + " is missing");
  boost::system::error_code error;
  const double amount = value->to_number<double>(error);
  if (error || !(amount >= 0) || amount > 1e6) {
    return fail(ErrorCode::Syntax, std::string(name) + " is no price in US dollars");
  }
  return amount;
}

Result<Price> read_price(const json::object& row) {
  for (const auto& entry : row) {
    constexpr auto kNames =
        std::to_array<std::string_view>({"input", "output", "cache_read", "cache_write", "batch"});
    const std::string_view name(entry.key().data(), entry.key().size());
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
      return fail(ErrorCode::Syntax, "unknown member " + std::string(name));
    }
  }
  Price price;
  price.input = TW_TRY(amount_in(row, "input", std::nullopt));
  price.output = TW_TRY(amount_in(row, "output", std::nullopt));
  price.cache_read = TW_TRY(amount_in(row, "cache_read", price.input));
  price.cache_write = TW_TRY(amount_in(row, "cache_write", price.input));
  price.batch = TW_TRY(amount_in(row, "batch", 0.5));
  return price;
}

}  // namespace

Usd cost_of(const Usage& usage, const Price& price) {
  const std::uint64_t prompt = usage.input + usage.cache_read + usage.cache_write;
  const double factor = price.long_from != 0 && prompt > price.long_from ? price.long_factor : 1;
  // Dollars per million tokens are thousands of nano-dollars a token.
  return rounded_up(factor * 1000 *
                    (static_cast<double>(usage.input) * price.input +
                     static_cast<double>(usage.output) * price.output +
                     static_cast<double>(usage.cache_read) * price.cache_read +
                     static_cast<double>(usage.cache_write) * price.cache_write));
}

Usd cost_bound(std::uint64_t input_max, std::uint64_t output_max, const Price& price) {
  Price dearest = price;
  dearest.input = std::max({price.input, price.cache_read, price.cache_write});
  return cost_of({.input = input_max, .output = output_max}, dearest);
}

std::string listed_name(std::string_view model) {
  std::string_view name = without_prefix(without_arn(model), kProfilePrefixes);
  name = without_prefix(name, kMakers);
  return std::string(without_date(without_version(name)));
}

PriceList PriceList::listed() {
  PriceList list;
  for (const Listed& row : kListed) {
    list.rows_.push_back({std::string(row.name), row.price, row.is_dearer_in_region});
  }
  return list;
}

Result<void> PriceList::add(std::string_view text) {
  const auto value = parse_json(text);
  if (!value || !value->is_object()) return fail(ErrorCode::Syntax, "no JSON object");
  std::vector<Row> added;
  for (const auto& entry : value->get_object()) {
    const std::string name(entry.key().data(), entry.key().size());
    if (!entry.value().is_object()) return fail(ErrorCode::Syntax, "no prices", name);
    auto price = read_price(entry.value().get_object());
    if (!price) return fail(ErrorCode::Syntax, price.error().message, name);
    added.push_back({name, *price, false});
  }
  rows_.insert(rows_.begin(), added.begin(), added.end());
  return {};
}

std::optional<Price> PriceList::find(std::string_view model) const {
  const std::string name = listed_name(model);
  const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const Row& each) {
    return each.name == model || each.name == name;
  });
  if (row == rows_.end()) return std::nullopt;
  constexpr double kRegionalFactor = 1.1;
  return row->is_dearer_in_region && is_regional(model) ? times(row->price, kRegionalFactor)
                                                        : row->price;
}

std::string_view price_source() {
  return "list prices of Anthropic (October 2026), Amazon (May 2026) and OpenAI (June 2026)";
}

}  // namespace trailwarden::model
