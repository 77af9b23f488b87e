#include "page/page.h"

#include "page/template.h"

namespace trailwarden::page {
namespace {

// dashboard/single-file.js puts it into the bundle exactly once, and says so if it cannot.
constexpr std::string_view kPlaceholder = "<!--trailwarden-data-->";

// U+2028 and U+2029 in UTF-8, without their last byte.
constexpr std::string_view kSeparatorPrefix = "\xE2\x80";

std::string_view escape_of(std::string_view json, std::size_t at) {
  switch (json[at]) {
    case '<':
      return "\\u003c";
    case '>':
      return "\\u003e";
    case '&':
      return "\\u0026";
    case '\xE2':
      if (json.substr(at, 3) == "\xE2\x80\xA8") return "\\u2028";
      if (json.substr(at, 3) == "\xE2\x80\xA9") return "\\u2029";
      return {};
    default:
      return {};
  }
}

}  // namespace

Page page_template() {
  const std::string_view bundle = embedded_bundle();
  const std::size_t at = bundle.find(kPlaceholder);
  return {bundle.substr(0, at), bundle.substr(at + kPlaceholder.size())};
}

void write_embedded_json(std::string_view json, std::string& out) {
  std::size_t copied = 0;
  for (std::size_t at = json.find_first_of("<>&\xE2"); at != std::string_view::npos;
       at = json.find_first_of("<>&\xE2", at + 1)) {
    const std::string_view escape = escape_of(json, at);
    if (escape.empty()) continue;
    out.append(json.substr(copied, at - copied)).append(escape);
    copied = at + (json[at] == '\xE2' ? kSeparatorPrefix.size() + 1 : 1);
  }
  out.append(json.substr(copied));
}

}  // namespace trailwarden::page
