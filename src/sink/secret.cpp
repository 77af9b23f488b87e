#include "sink/secret.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <iterator>
#include <utility>

#include "aws/operations.h"
#include "aws/scalar.h"

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;
using Place = SecretReference::Place;

constexpr std::size_t kSecretMax = 4096;
constexpr std::string_view kEnvironment = "env:", kFile = "file:", kManager = "secretsmanager:";

// Without the line's end that editors leave behind it. What cannot stand in a header field is no
// secret of ours.
Result<std::string> usable(std::string value, const SecretReference& reference) {
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  const auto is_odd = [](char c) { return c <= ' ' || c > '~'; };
  if (value.empty()) return fail(ErrorCode::Usage, "is empty", to_string(reference));
  if (value.size() > kSecretMax) return fail(ErrorCode::Usage, "is too long", to_string(reference));
  if (std::any_of(value.begin(), value.end(), is_odd)) {
    return fail(ErrorCode::Usage, "holds spaces or characters that no secret has",
                to_string(reference));
  }
  return value;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::Io, "cannot be read", path);
  std::string value(kSecretMax + 1, '\0');
  file.read(value.data(), static_cast<std::streamsize>(value.size()));
  value.resize(static_cast<std::size_t>(file.gcount()));
  return value;
}

Result<std::string> member_of(const std::string& text, const SecretReference& reference) {
  bj::error_code failed;
  const bj::value parsed = bj::parse({text.data(), text.size()}, failed);
  const bj::value* member =
      !failed && parsed.is_object() ? parsed.get_object().if_contains(reference.member) : nullptr;
  if (member == nullptr || !member->is_string()) {
    return fail(ErrorCode::Usage, "is no JSON object with such a text in it", to_string(reference));
  }
  return std::string(aws::view(member->get_string()));
}

// An ARN says where its secret is.
std::string region_of_arn(std::string_view id) {
  if (!id.starts_with("arn:")) return {};
  std::size_t begin = 0;
  for (int parts = 0; parts < 3; ++parts) {
    begin = id.find(':', begin);
    if (begin == std::string_view::npos) return {};
    ++begin;
  }
  return std::string(id.substr(begin, id.find(':', begin) - begin));
}

}  // namespace

Result<SecretReference> parse_secret_reference(std::string_view text) {
  SecretReference reference;
  if (text.starts_with(kEnvironment)) {
    reference = {Place::Environment, std::string(text.substr(kEnvironment.size())), {}};
  } else if (text.starts_with(kFile)) {
    reference = {Place::File, std::string(text.substr(kFile.size())), {}};
  } else if (text.starts_with(kManager)) {
    const std::string_view rest = text.substr(kManager.size());
    const std::size_t hash = std::min(rest.find('#'), rest.size());
    reference = {Place::SecretsManager, std::string(rest.substr(0, hash)),
                 std::string(rest.substr(std::min(hash + 1, rest.size())))};
  }
  // What was written instead may be the secret itself: it is not shown.
  if (reference.name.empty()) {
    return fail(ErrorCode::Usage,
                "a secret is named by env:NAME, file:PATH or secretsmanager:ID[#MEMBER]");
  }
  return reference;
}

std::string to_string(const SecretReference& reference) {
  switch (reference.place) {
    case Place::Environment:
      return "$" + reference.name;
    case Place::File:
      return std::string(kFile) + reference.name;
    case Place::SecretsManager:
      break;
  }
  return std::string(kManager) + reference.name +
         (reference.member.empty() ? "" : "#" + reference.member);
}

Secret::Secret(SecretReference reference, Means means)
    : reference_(std::move(reference)), means_(std::move(means)) {}

Result<std::string> Secret::get(const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  return get_locked(stop);
}

Result<std::string> Secret::get_locked(const std::stop_token& stop) {
  if (!kept_) kept_ = TW_TRY(read(reference_, stop));
  return *kept_;
}

bool Secret::renew(std::string_view stale, const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  if (kept_ && *kept_ != stale) return true;  // Somebody else has renewed it.
  kept_.reset();
  const auto fresh = get_locked(stop);
  return fresh && *fresh != stale;
}

Result<std::string> Secret::read(const SecretReference& reference,
                                 const std::stop_token& stop) const {
  if (reference.place == Place::File) return usable(TW_TRY(read_file(reference.name)), reference);
  if (reference.place == Place::SecretsManager) return read_secrets_manager(reference, stop);
  const auto value = means_.environment(reference.name);
  if (!value) return fail(ErrorCode::Usage, "is not set", to_string(reference));
  if (value->starts_with(kFile) || value->starts_with(kManager)) {
    return read(TW_TRY(parse_secret_reference(*value)), stop);
  }
  return usable(*value, reference);
}

Result<std::string> Secret::read_secrets_manager(const SecretReference& reference,
                                                 const std::stop_token& stop) const {
  if (!means_.aws) return fail(ErrorCode::Usage, "needs AWS", to_string(reference));
  aws::Client manager(TW_TRY(means_.aws()), aws::kSecretsManager, region_of_arn(reference.name));
  const auto answer = manager.call(aws::kGetSecretValue, {{"SecretId", reference.name}}, stop);
  if (!answer) return tl::unexpected(aws::to_error(answer.error()));
  for (const char* name : {"SecretString", "SecretBinary"}) {
    const bj::value* value = answer->if_contains(name);
    if (value == nullptr || !value->is_string()) continue;
    std::string text(aws::view(value->get_string()));
    if (!reference.member.empty()) text = TW_TRY(member_of(text, reference));
    return usable(std::move(text), reference);
  }
  return fail(ErrorCode::Io, "Secrets Manager gave no value", to_string(reference));
}

}  // namespace trailwarden::sink
