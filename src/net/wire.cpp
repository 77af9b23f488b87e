#include "net/wire.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace trailwarden::net {
namespace {

// RFC 9110, 5.6.2: what methods and field names are made of.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const char letter = ascii_lower(c);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
  });
}

// Tabs and bytes above ASCII are allowed; line ends, NUL and other controls are not.
bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

const std::string* find(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.first, name)) return &header.second;
  }
  return nullptr;
}

std::optional<std::string> problem_with(const Request& request, std::string_view target) {
  if (!is_token(request.method)) return "the request's method is not a word";
  if (!is_visible(target)) return "the request's target holds other than visible ASCII";
  if (!is_visible(request.url.host) ||
      request.url.host.find_first_of("/@?#") != std::string::npos) {
    return "the request's host is not a name";
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return "a header field's name is not a word";
    if (!is_field_value(value)) return "the header field " + name + " holds control characters";
    if (equal_ignoring_case(name, "Transfer-Encoding") || equal_ignoring_case(name, "Expect")) {
      return "the header field " + name + " is not for callers to set";
    }
    if (equal_ignoring_case(name, "Content-Length") &&
        value != std::to_string(request.body.size())) {
      return "Content-Length differs from the body's";
    }
  }
  return std::nullopt;
}

// A body may follow, so its length is said even when it is 0.
bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void append(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_idempotent(std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

Outcome<std::string> request_head(const Request& request, std::string_view target,
                                  const std::vector<Header>& extra) {
  if (auto problem = problem_with(request, target)) {
    return tl::unexpected(Failure{Failure::Kind::Broken, false, *std::move(problem)});
  }
  std::string head = request.method;
  head.append(" ").append(target).append(" HTTP/1.1\r\n");
  if (find(request.headers, "Host") == nullptr) append(head, "Host", request.url.authority());
  for (const auto& [name, value] : request.headers) append(head, name, value);
  for (const auto& [name, value] : extra) append(head, name, value);
  if (find(request.headers, "User-Agent") == nullptr) append(head, "User-Agent", "trailwarden");
  if (find(request.headers, "Content-Length") == nullptr &&
      (!request.body.empty() || expects_body(request.method))) {
    append(head, "Content-Length", std::to_string(request.body.size()));
  }
  return head.append("\r\n");
}

std::string response_text(const Response& response, const ResponseForm& form) {
  const auto is_broken = [](const Header& header) {
    return !is_token(header.first) || !is_field_value(header.second);
  };
  if (response.status < 200 || response.status > 999 ||
      std::any_of(response.headers.begin(), response.headers.end(), is_broken)) {
    return response_text({500, {}, {}}, form);
  }
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  for (const auto& [name, value] : response.headers) {
    if (!equal_ignoring_case(name, "Content-Length") && !equal_ignoring_case(name, "Connection") &&
        !equal_ignoring_case(name, "Transfer-Encoding")) {
      append(text, name, value);
    }
  }
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) append(text, "Content-Length", std::to_string(response.body.size()));
  if (!form.keep) append(text, "Connection", "close");
  text += "\r\n";
  if (has_body && !form.is_head) text += response.body;
  return text;
}

const std::string* Response::header(std::string_view name) const { return find(headers, name); }

}  // namespace trailwarden::net
