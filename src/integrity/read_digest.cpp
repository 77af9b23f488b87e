#include "integrity/read_digest.h"

#include "integrity/sha256.h"

namespace trailwarden::integrity {
namespace {

void fault(Node& node, ProblemKind kind, std::string cause) {
  node.digest.reset();
  node.fault = kind;
  node.fault_cause = std::move(cause);
}

// What is wrong with the file as gzip, in words; empty: nothing.
std::string gzip_fault(const Unpacked& unpacked) {
  switch (unpacked.state) {
    case Unpacked::State::NotGzip:
      return "no gzip";
    case Unpacked::State::CutOff:
      return "gzip data that ends before it is over";
    case Unpacked::State::Damaged:
      return "broken gzip data: " + unpacked.cause;
    case Unpacked::State::Trailing:
      return "bytes behind the gzip data";
    case Unpacked::State::TooLarge:
      return "more than " + std::to_string(kDigestBytesMax >> 20U) + " MiB";
    case Unpacked::State::Whole:
    case Unpacked::State::Unreadable:
      break;
  }
  return {};
}

}  // namespace

void read_digest(Store& store, Unpacker& unpacker, const std::stop_token& stop, Node& node,
                 std::vector<LogReference>* logs) {
  auto object = store.get(node.stored_key, Want::BytesAndMetadata, stop);
  if (!object || !*object) {
    const std::string why = object ? "it has gone" : to_string(object.error());
    return fault(node, ProblemKind::DigestUnreadable, why);
  }
  node.metadata = std::move((*object)->metadata);
  std::string text;
  const Unpacked unpacked = unpacker.unpack(*(*object)->bytes, [&](std::string_view piece) {
    text += piece;
    return text.size() <= kDigestBytesMax;
  });
  if (unpacked.state == Unpacked::State::Unreadable) {
    return fault(node, ProblemKind::DigestUnreadable, unpacked.cause);
  }
  if (const std::string bad = gzip_fault(unpacked); !bad.empty()) {
    return fault(node, ProblemKind::DigestDamaged, bad);
  }
  node.hash = to_hex(sha256(text));
  auto digest = parse_digest(text);
  if (!digest) {
    return fault(node, ProblemKind::DigestDamaged, "no digest: " + digest.error().message);
  }
  node.log_files = digest->logs.size();
  if (logs != nullptr) *logs = std::move(digest->logs);
  digest->logs = {};
  node.digest = std::move(*digest);
}

}  // namespace trailwarden::integrity
