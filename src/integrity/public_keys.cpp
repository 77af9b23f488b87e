#include "integrity/public_keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "cloudtrail/event.h"
#include "integrity/sha256.h"

namespace trailwarden::integrity {
namespace {

namespace bj = boost::json;

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyDeleter>;

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// The AWS CLI writes times in ISO 8601 or as seconds since 1970, as it is configured.
std::optional<UnixSeconds> time_of(const bj::object& record, std::string_view name) {
  const bj::value* member = record.if_contains({name.data(), name.size()});
  if (member == nullptr) return std::nullopt;
  if (const bj::string* text = member->if_string()) {
    return cloudtrail::parse_time({text->data(), text->size()});
  }
  if (!member->is_number()) return std::nullopt;
  const auto seconds = member->to_number<double>();
  if (!(seconds >= 0 && seconds < 1e12)) return std::nullopt;
  return static_cast<UnixSeconds>(seconds);
}

std::optional<std::string> text_of(const bj::object& record, std::string_view name) {
  const bj::value* member = record.if_contains({name.data(), name.size()});
  const bj::string* text = member == nullptr ? nullptr : member->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(text->data(), text->size());
}

// Empty: it is none.
std::string from_base64(std::string_view text) {
  std::string packed;
  for (const char c : text) {
    if (c != '\n' && c != '\r' && c != ' ') packed += c;
  }
  std::string bytes(packed.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(packed.data()),
                                   static_cast<int>(packed.size()));
  if (size < 0) return {};
  bytes.resize(static_cast<std::size_t>(size));  // With zeros for the padding: DER knows its end.
  return bytes;
}

Result<void> read_answer(const bj::value& document, std::vector<KeyRecord>& records) {
  if (const bj::array* answers = document.if_array()) {
    for (const bj::value& answer : *answers) TW_TRY(read_answer(answer, records));
    return {};
  }
  const bj::object* answer = document.if_object();
  const bj::value* list = answer == nullptr ? nullptr : answer->if_contains("PublicKeyList");
  const bj::array* keys = list == nullptr ? nullptr : list->if_array();
  if (keys == nullptr) {
    return fail(ErrorCode::Syntax,
                "has no PublicKeyList: write the output of `aws cloudtrail "
                "list-public-keys` as JSON");
  }
  for (const bj::value& entry : *keys) {
    const bj::object* key = entry.if_object();
    if (key == nullptr) return fail(ErrorCode::Syntax, "PublicKeyList holds no object");
    auto fingerprint = text_of(*key, "Fingerprint");
    auto value = text_of(*key, "Value");
    if (!fingerprint || !value) {
      return fail(ErrorCode::Syntax, "a key has no Fingerprint or no Value");
    }
    std::string der = from_base64(*value);
    if (der.empty()) return fail(ErrorCode::Syntax, "a key's Value is no base64");
    records.push_back({std::move(*fingerprint), std::move(der), time_of(*key, "ValidityStartTime"),
                       time_of(*key, "ValidityEndTime")});
  }
  return {};
}

KeyPointer read_der(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto size = static_cast<long>(der.size());
  const unsigned char* at = bytes;
  KeyPointer key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  if (key == nullptr) {
    at = bytes;
    key.reset(d2i_PUBKEY(nullptr, &at, size));
  }
  ERR_clear_error();
  if (key != nullptr && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

}  // namespace

Result<std::vector<KeyRecord>> parse_key_list(std::string_view json) {
  std::vector<KeyRecord> records;
  constexpr std::string_view kBlank = " \t\r\n";
  json.remove_prefix(std::min(json.find_first_not_of(kBlank), json.size()));
  if (json.empty()) return fail(ErrorCode::Syntax, "is empty");
  while (!json.empty()) {
    bj::stream_parser parser;
    boost::system::error_code bad;
    const std::size_t used = parser.write_some(json.data(), json.size(), bad);
    if (!bad && !parser.done()) parser.finish(bad);
    if (bad) return fail(ErrorCode::Syntax, "is no JSON");
    TW_TRY(read_answer(parser.release(), records));
    json.remove_prefix(used);
    json.remove_prefix(std::min(json.find_first_not_of(kBlank), json.size()));
  }
  return records;
}

struct PublicKeys::Key {
  KeyPointer key;
  std::optional<UnixSeconds> from, to;

  bool valid_in(Window window) const {
    return (!from || *from <= window.to) && (!to || *to >= window.from);
  }
  bool signed_this(std::string_view text, const std::string& signature) const {
    const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
    // RSA keys verify PKCS#1 v1.5 unless told otherwise.
    const bool genuine =
        context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                         signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size()) == 1;
    ERR_clear_error();
    return genuine;
  }
};

// Several answers may hold the same key with other times.
struct PublicKeys::Table {
  std::multimap<std::string, Key, std::less<>> keys;
};

PublicKeys::PublicKeys() : table_(std::make_unique<Table>()) {}
PublicKeys::~PublicKeys() = default;
PublicKeys::PublicKeys(PublicKeys&&) noexcept = default;
PublicKeys& PublicKeys::operator=(PublicKeys&&) noexcept = default;

Result<void> PublicKeys::add(const KeyRecord& record) {
  KeyPointer key = read_der(record.der);
  if (key == nullptr) {
    return fail(ErrorCode::Decode, "the public key " + record.fingerprint + " is no RSA key");
  }
  table_->keys.emplace(record.fingerprint, Key{std::move(key), record.from, record.to});
  return {};
}

bool PublicKeys::empty() const { return table_->keys.empty(); }

SignatureCheck PublicKeys::check(std::string_view fingerprint, Window valid, std::string_view text,
                                 std::string_view signature) const {
  const auto [begin, end] = table_->keys.equal_range(fingerprint);
  if (begin == end) return SignatureCheck::UnknownKey;
  const std::string bytes = from_hex(signature);
  SignatureCheck result = SignatureCheck::NotValidThen;
  for (auto key = begin; key != end; ++key) {
    if (!key->second.valid_in(valid)) continue;
    if (key->second.signed_this(text, bytes)) return SignatureCheck::Genuine;
    result = SignatureCheck::Wrong;
  }
  return result;
}

}  // namespace trailwarden::integrity
