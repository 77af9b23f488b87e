#include "aws/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "aws/timestamp.h"
#include "base/ascii.h"
#include "base/hex.h"

namespace trailwarden::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kBodyHash = "x-amz-content-sha256";
constexpr std::string_view kUnsignedBody = "UNSIGNED-PAYLOAD";
constexpr char kCapitalDigits[] = "0123456789ABCDEF";

// What proxies and HTTP libraries on the way may change, or add after signing.
constexpr std::array<std::string_view, 13> kUnsigned = {
    "authorization",      "connection",       "expect",     "keep-alive",
    "proxy-authenticate", "proxy-connection", "te",         "trailer",
    "transfer-encoding",  "upgrade",          "user-agent", "x-amzn-trace-id",
    "proxy-authorization"};

// Lower-case header name to its values, joined: what the canonical request lists.
using SignedHeaders = std::map<std::string, std::string>;

std::string hmac(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
       &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Resolves "." and ".." and drops empty segments (RFC 3986, 5.2.4, and AWS's own rule); a final
// slash stays.
std::string normalized_path(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string result;
  for (const std::string_view segment : segments) result.append("/").append(segment);
  return result.empty() || path.ends_with('/') ? result + "/" : result;
}

std::string canonical_path(std::string_view path, bool normalizes) {
  if (path.empty()) return "/";
  return normalizes ? percent_encode(normalized_path(path), true) : std::string(path);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view field = query.substr(begin, end - begin);
    begin = end + 1;
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = field.substr(std::min(equals + 1, field.size()));
    fields.emplace_back(percent_encode(percent_decode(field.substr(0, equals))),
                        percent_encode(percent_decode(value)));
  }
  std::sort(fields.begin(), fields.end());
  std::string result;
  for (const auto& [name, value] : fields) {
    result.append(result.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return result;
}

// Without blanks at its ends, and one space for each run of them, also between quotes.
std::string canonical_value(std::string_view value) {
  std::string result;
  bool in_gap = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      in_gap = !result.empty();
      continue;
    }
    if (in_gap) result += ' ';
    in_gap = false;
    result += c;
  }
  return result;
}

SignedHeaders signed_headers(const net::Request& request) {
  SignedHeaders headers;
  for (const auto& [name, value] : request.headers) {
    const std::string key = ascii_lower(name);
    if (std::find(kUnsigned.begin(), kUnsigned.end(), key) != kUnsigned.end()) continue;
    const auto [entry, is_new] = headers.try_emplace(key, canonical_value(value));
    if (!is_new) entry->second += "," + canonical_value(value);
  }
  headers.try_emplace("host", request.url.authority());
  return headers;
}

std::string names_of(const SignedHeaders& headers) {
  std::string names;
  for (const auto& [name, value] : headers) names.append(names.empty() ? "" : ";").append(name);
  return names;
}

void drop_header(net::Request& request, std::string_view lower_name) {
  std::erase_if(request.headers,
                [&](const net::Header& h) { return ascii_lower(h.first) == lower_name; });
}

std::string scope_text(const SigningScope& scope) {
  return amz_date(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

std::string signature(std::string_view secret, const SigningScope& scope, std::string_view text) {
  std::string key = hmac("AWS4" + std::string(secret), amz_date(scope.time).substr(0, 8));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac(key, part);
  }
  return to_hex(hmac(key, text));
}

std::string canonical_text(const net::Request& request, const SigningScope& scope,
                           std::string_view body_hash) {
  const std::string_view target = request.url.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const SignedHeaders headers = signed_headers(request);
  std::string text = request.method + "\n";
  text += canonical_path(target.substr(0, mark), scope.normalizes_path) + "\n";
  text += canonical_query(target.substr(std::min(mark + 1, target.size()))) + "\n";
  for (const auto& [name, value] : headers) text.append(name).append(":").append(value) += '\n';
  text += "\n" + names_of(headers) + "\n";
  return text.append(body_hash);
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool has_digits = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
    if (has_digits) {
      result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

void sign(net::Request& request, const Credentials& credentials, const SigningScope& scope) {
  for (const std::string_view name :
       {std::string_view("authorization"), std::string_view("x-amz-date"),
        std::string_view("x-amz-security-token"), kBodyHash}) {
    drop_header(request, name);
  }
  const bool has_host =
      std::any_of(request.headers.begin(), request.headers.end(),
                  [](const net::Header& header) { return ascii_lower(header.first) == "host"; });
  if (!has_host) request.headers.emplace_back("Host", request.url.authority());
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  request.headers.emplace_back("X-Amz-Date", amz_date(scope.time));
  if (scope.signs_body_hash) request.headers.emplace_back(kBodyHash, sha256_hex(request.body));

  const std::string text = string_to_sign(canonical_request(request, scope), scope);
  request.headers.emplace_back(
      "Authorization", std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                           scope_text(scope) +
                           ", SignedHeaders=" + names_of(signed_headers(request)) +
                           ", Signature=" + signature(credentials.secret_access_key, scope, text));
}

std::string canonical_request(const net::Request& request, const SigningScope& scope) {
  const SignedHeaders headers = signed_headers(request);
  const auto named = headers.find(std::string(kBodyHash));
  return canonical_text(request, scope,
                        named == headers.end() ? sha256_hex(request.body) : named->second);
}

std::string presigned_url(const net::Url& url, const Credentials& credentials,
                          const SigningScope& scope, std::chrono::seconds good_for) {
  net::Request request{.method = "GET", .url = url};
  const auto seconds = std::clamp(good_for, std::chrono::seconds(1), kPresignedMax).count();
  const auto add = [&target = request.url.target](std::string_view name, std::string_view value) {
    target += target.find('?') == target.npos ? '?' : '&';
    target.append(name).append("=").append(percent_encode(value));
  };
  add("X-Amz-Algorithm", kAlgorithm);
  add("X-Amz-Credential", credentials.access_key_id + "/" + scope_text(scope));
  add("X-Amz-Date", amz_date(scope.time));
  add("X-Amz-Expires", std::to_string(seconds));
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  add("X-Amz-SignedHeaders", "host");
  const std::string text = string_to_sign(canonical_text(request, scope, kUnsignedBody), scope);
  add("X-Amz-Signature", signature(credentials.secret_access_key, scope, text));
  return url.scheme + "://" + url.authority() + request.url.target;
}

std::string string_to_sign(std::string_view canonical_request, const SigningScope& scope) {
  return std::string(kAlgorithm) + "\n" + amz_date(scope.time) + "\n" + scope_text(scope) + "\n" +
         sha256_hex(canonical_request);
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kCapitalDigits[byte >> 4], kCapitalDigits[byte & 15]};
    }
  }
  return result;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace trailwarden::aws
