// Any bytes as a digest, a list of public keys, a sidecar and a file's name: no harm; and what is
// read of them holds together. The first byte chooses.
#include <cstdint>
#include <string>
#include <string_view>

#include "integrity/digest.h"
#include "integrity/mirror.h"
#include "integrity/names.h"
#include "integrity/public_keys.h"

namespace {

using namespace trailwarden::integrity;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void digest(std::string_view text) {
  const auto digest = parse_digest(text);
  if (!digest) return require(!digest.error().message.empty());
  const std::string signed_text = string_to_sign(*digest, "hash");
  require(signed_text.starts_with(digest->end_text + "\n" + digest->bucket + "/" + digest->key));
  require(signed_text.ends_with("\nhash\n" + digest->previous_signature.value_or("null")));
}

void keys(std::string_view text) {
  const auto records = parse_key_list(text);
  if (!records) return;
  PublicKeys keys;
  for (const KeyRecord& record : *records) {
    if (!keys.add(record)) continue;
    require(keys.check(record.fingerprint, {0, 0}, "text", "00") != SignatureCheck::Genuine);
  }
}

void name(std::string_view text) {
  if (const auto digest = parse_digest_name(text)) {
    const std::string front = digest->account + "_CloudTrail-Digest_" + digest->region + "_" +
                              digest->trail + "_" + digest->home_region + "_";
    require(text.starts_with(front) && !digest->region.empty() && !digest->trail.empty());
    require(digest->backfill == text.ends_with("_backfill.json.gz"));
  }
  if (log_time(text)) require(text.ends_with(".json.gz"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      digest(text);
      break;
    case 1:
      keys(text);
      break;
    case 2:
      (void)parse_sidecar(text).has_value();
      break;
    default:
      name(text);
  }
  return 0;
}
