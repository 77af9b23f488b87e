// Any body is one of the kinds, said consistently; an envelope around it changes nothing; and keys
// that were form-encoded come out as they went in.
#include <cstddef>
#include <cstdint>
#include <string>

#include "json/writer.h"
#include "source/notification.h"

using trailwarden::source::Notification;
using trailwarden::source::read_notification;
using Kind = Notification::Kind;

namespace {

void check(bool is_right) {
  if (!is_right) __builtin_trap();
}

void check_parts(const Notification& said, std::string_view body) {
  check((said.kind == Kind::Objects) == !said.objects.empty());
  check((said.kind == Kind::Events) == !said.text.empty());
  check((said.kind == Kind::Nothing || said.kind == Kind::Unknown) == !said.reason.empty());
  check(said.text.size() <= body.size());
  for (const auto& object : said.objects) {
    check(!object.key.empty() && object.key.size() <= 1024);
    check(object.bucket.size() >= 3 && object.bucket.find('/') == std::string::npos);
  }
}

std::string in_sns(std::string_view message) {
  std::string text = R"({"Type":"Notification","TopicArn":"t","Message":)";
  trailwarden::json::append_string(text, message);
  return text + "}";
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::string form_encoded(std::string_view key) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      text += '+';
    } else if (c >= 'a' && c <= 'z') {
      text += c;
    } else {
      text += '%';
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
  }
  return text;
}

void check_form(std::string_view key) {
  std::string decoded;
  check(trailwarden::source::decode_form(form_encoded(key), decoded) && decoded == key);
  if (!key.empty() && key.size() <= 1024) {
    const Notification said = read_notification(
        R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":)"
        R"({"name":"logs"},"object":{"key":")" +
        form_encoded(key) + R"("}}}]})");
    check(said.kind == Kind::Nothing || (said.objects.size() == 1 && said.objects[0].key == key));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const Notification said = read_notification(body);
  check_parts(said, body);
  check_form(body);
  // Writing it into an envelope repairs what is no UTF-8, and unwrapping goes two deep.
  if (!is_ascii(body) || said.kind == Kind::Unknown) return 0;
  const Notification wrapped = read_notification(in_sns(body));
  if (wrapped.kind == Kind::Unknown) return 0;  // It was two deep itself.
  check(wrapped.kind == said.kind && wrapped.text == said.text);
  check(wrapped.objects.size() == said.objects.size());
  return 0;
}
