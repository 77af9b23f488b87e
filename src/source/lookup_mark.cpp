#include "source/lookup_mark.h"

#include <boost/json/parse.hpp>
#include <charconv>
#include <optional>

#include "base/hex.h"
#include "json/writer.h"

namespace trailwarden::source {
namespace {

constexpr std::int64_t kSchema = 1;

std::optional<std::uint64_t> from_hex(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

const boost::json::object* object_at(const boost::json::object& of, std::string_view name) {
  const boost::json::value* found = of.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

std::optional<LookupMark> read_mark(const boost::json::object& text) {
  const boost::json::value* until = text.if_contains("until");
  const boost::json::object* seen = object_at(text, "seen");
  if (until == nullptr || !until->is_int64() || seen == nullptr) return std::nullopt;
  LookupMark mark{.until = until->get_int64()};
  for (const auto& [id, time] : *seen) {
    const auto number = from_hex(id);
    if (!number || !time.is_int64()) return std::nullopt;
    mark.seen.emplace(*number, time.get_int64());
  }
  return mark;
}

}  // namespace

std::string to_json(const LookupMarks& marks) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object().key("schema").number(kSchema).key("regions").begin_object();
  for (const auto& [region, mark] : marks) {
    writer.key(region).begin_object().key("until").number(std::int64_t{mark.until});
    writer.key("seen").begin_object();
    for (const auto& [id, time] : mark.seen) writer.key(to_hex(id)).number(std::int64_t{time});
    writer.end_object().end_object();
  }
  writer.end_object().end_object();
  return text;
}

Result<LookupMarks> parse_lookup_marks(std::string_view text) {
  const auto refuse = [] { return fail(ErrorCode::Decode, "no marks of LookupEvents"); };
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return refuse();
  const boost::json::object& object = value.get_object();
  const boost::json::value* schema = object.if_contains("schema");
  const boost::json::object* regions = object_at(object, "regions");
  if (schema == nullptr || *schema != kSchema || regions == nullptr) return refuse();
  LookupMarks marks;
  for (const auto& [region, entry] : *regions) {
    const boost::json::object* mark_text = entry.if_object();
    const auto mark = mark_text == nullptr ? std::nullopt : read_mark(*mark_text);
    if (!mark) return refuse();
    marks.emplace(region, *mark);
  }
  return marks;
}

}  // namespace trailwarden::source
