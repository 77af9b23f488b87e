// A plain JSON tree for the reference engine: recursive, obvious, keeps repeated names and number
// texts. Nothing of src/json's index or walker is in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/projected.h"
#include "json/walker.h"

namespace trailwarden::reference {

struct JsonMember;

struct Json {
  json::Kind kind = json::Kind::Null;
  std::string raw;   // As written; of a string what stands between its quotes.
  std::string text;  // String: decoded.
  std::vector<JsonMember> members;
  std::vector<Json> items;
};

struct JsonMember {
  std::string name;
  Json value;
};

class JsonReader {
 public:
  static std::optional<Json> read(std::string_view text) {
    JsonReader reader(text);
    Json json;
    if (!reader.value(json, 0)) return std::nullopt;
    reader.space();
    if (reader.at_ != text.size()) return std::nullopt;
    return json;
  }

 private:
  explicit JsonReader(std::string_view text) : text_(text) {}

  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void space() {
    while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t') ++at_;
  }
  std::string since(std::size_t begin) const {
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool value(Json& json, int depth) {
    if (depth > 100) return false;
    space();
    const std::size_t begin = at_;
    if (next() == '{') {
      json.kind = json::Kind::Object;
      if (!object(json, depth)) return false;
      json.raw = since(begin);
      return true;
    }
    if (next() == '[') {
      json.kind = json::Kind::Array;
      if (!array(json, depth)) return false;
      json.raw = since(begin);
      return true;
    }
    if (next() == '"') {
      json.kind = json::Kind::String;
      return string(json.raw, json.text);
    }
    return plain(json);
  }

  bool object(Json& json, int depth) {
    take('{');
    space();
    if (take('}')) return true;
    do {
      space();
      std::string raw;
      json.members.emplace_back();
      if (!string(raw, json.members.back().name)) return false;
      space();
      if (!take(':') || !value(json.members.back().value, depth + 1)) return false;
      space();
    } while (take(','));
    return take('}');
  }

  bool array(Json& json, int depth) {
    take('[');
    space();
    if (take(']')) return true;
    do {
      json.items.emplace_back();
      if (!value(json.items.back(), depth + 1)) return false;
      space();
    } while (take(','));
    return take(']');
  }

  bool string(std::string& raw, std::string& decoded) {
    if (!take('"')) return false;
    const std::size_t begin = at_;
    while (next() != '"') {
      if (at_ >= text_.size() || static_cast<unsigned char>(next()) < 0x20) return false;
      if (take('\\') && !escape()) return false;
      ++at_;
    }
    raw = since(begin);
    json::unescape(raw, decoded);
    return take('"');
  }

  // Stands behind a backslash; leaves the last character of the escape to the caller.
  bool escape() {
    if (next() != 'u')
      return next() != '\0' &&
             std::string_view("\"\\/bfnrt").find(next()) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (next() == '\0' ||
          std::string_view("0123456789abcdefABCDEF").find(next()) == std::string_view::npos)
        return false;
    }
    return true;
  }

  bool plain(Json& json) {
    const std::size_t begin = at_;
    while (next() != '\0' && std::string_view(",]} \t\r\n").find(next()) == std::string_view::npos)
      ++at_;
    json.raw = since(begin);
    if (json.raw == "true") json.kind = json::Kind::True;
    if (json.raw == "false") json.kind = json::Kind::False;
    if (json.raw == "null" || json.kind != json::Kind::Null) return true;
    json.kind = json::Kind::Number;
    return number(json.raw);
  }

  // -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  static bool number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
      const std::size_t begin = at;
      while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
      return at - begin;
    };
    const auto is = [&](char c) { return at < text.size() && text[at] == c; };
    if (is('-')) ++at;
    const bool zero = is('0');
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (is('.') && (++at, digits() == 0)) return false;
    if (is('e') || is('E')) {
      ++at;
      if (is('+') || is('-')) ++at;
      if (digits() == 0) return false;
    }
    return at == text.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace trailwarden::reference
