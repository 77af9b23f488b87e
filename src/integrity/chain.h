// The digests of one trail in one region, from the newest to the oldest: which are proven, and
// whether each follows upon the one that it names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "integrity/digest.h"
#include "integrity/findings.h"
#include "integrity/names.h"
#include "integrity/public_keys.h"
#include "integrity/store.h"

namespace trailwarden::integrity {

enum class Trust : std::uint8_t {
  Rejected,  // Something speaks against it: what it says is not believed.
  Unproven,  // Nothing speaks against it, no signature for it.
  Proven,    // Its own signature holds, or a proven digest vouches for its bytes.
};

// A digest file, read.
struct Node {
  std::string stored_key;  // In the store.
  std::string key;         // In the bucket, by where it lies.
  DigestName name;         // By its file's name; where that is no digest's, by its own word.
  bool context = false;    // Outside of the period: read for what it says of its neighbours.

  std::optional<Digest> digest;  // Without its logs. Nothing: see `fault`.
  ProblemKind fault = ProblemKind::DigestDamaged;
  std::string fault_cause;
  std::string hash;  // Hexadecimal SHA-256, unpacked.
  Metadata metadata;
  std::uint64_t log_files = 0;  // How many it names.

  // What judge_chain() finds.
  Trust trust = Trust::Rejected;
  bool invalid = false;  // A problem was reported of it.
  bool stands = false;   // It is the chain's digest of its time, no copy of it.
};

// When the key that signed it must have been valid. The node's digest is there.
Window key_window(const Node& node);

struct Period {
  std::optional<UnixSeconds> since, until;
  // Whether a digest that ends then covers a part of the period.
  bool wants_digest(UnixSeconds end) const;
};

// What the digests of a chain are held against.
struct Yardstick {
  const PublicKeys& keys;
  std::string bucket;             // In which they should lie.
  bool metadata_is_kept = false;  // A digest without a signature has lost it.
  Period period;
};

// Judges `nodes` (all of one chain; sorts them by time) and reports what is wrong.
void judge_chain(std::vector<Node>& nodes, const ChainName& name, const Yardstick& yardstick,
                 std::vector<Problem>& problems, std::vector<Remark>& remarks, Counts& counts);

// A digest covers an hour at most.
inline constexpr UnixSeconds kDigestSeconds = 3600;
// Times that should meet may miss each other by this much.
inline constexpr UnixSeconds kSlackSeconds = 300;

}  // namespace trailwarden::integrity
