#include "integrity/chain.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "cloudtrail/event.h"

namespace trailwarden::integrity {
namespace {

// ListPublicKeys is asked for keys valid up to this long after the digest's end: keys change.
// Source of fact: AWS CLI, cloudtrail validate-logs.
constexpr UnixSeconds kKeySlackSeconds = UnixSeconds{2} * 3600;
constexpr UnixSeconds kBackfillSlackSeconds = 3600;

// What one signature, or none, says of a digest.
enum class Word : std::uint8_t { None, Genuine, Wrong, UnknownKey };

Word word_of(SignatureCheck check) {
  switch (check) {
    case SignatureCheck::Genuine:
      return Word::Genuine;
    case SignatureCheck::Wrong:
      return Word::Wrong;
    case SignatureCheck::UnknownKey:
    case SignatureCheck::NotValidThen:
      return Word::UnknownKey;
  }
  return Word::Wrong;
}

class ChainJudge {
 public:
  ChainJudge(std::vector<Node>& nodes, const ChainName& name, const Yardstick& yardstick,
             std::vector<Problem>& problems, std::vector<Remark>& remarks, Counts& counts)
      : nodes_(nodes),
        name_(name),
        yardstick_(yardstick),
        problems_(problems),
        remarks_(remarks),
        counts_(counts) {}

  void run() {
    std::sort(nodes_.begin(), nodes_.end(), [](const Node& left, const Node& right) {
      return std::tie(left.name.end, left.key) < std::tie(right.name.end, right.key);
    });
    settle_places();
    for (std::size_t i = 0; i < nodes_.size(); ++i) note_link(i);
    for (std::size_t i = nodes_.size(); i-- > 0;) judge_signature(nodes_[i]);
    for (std::size_t i = members_.size(); i-- > 0;) check_links(i);
    for (const Node& node : nodes_) count(node);
  }

 private:
  // Which node stands for which key. A digest that was moved stands for the place it was delivered
  // to, when nothing else is there; its bytes are genuine wherever they lie.
  void settle_places() {
    const auto was_moved = [this](const Node& node) {
      return node.digest && !at_its_place(node) && is_ours(node);
    };
    for (const bool moved : {false, true}) {
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        Node& node = nodes_[i];
        if (was_moved(node) != moved) continue;
        node.stands = by_key_.emplace(key_of(node), i).second;
        if (node.stands) members_.push_back(i);
      }
    }
    std::sort(members_.begin(), members_.end(), [this](std::size_t left, std::size_t right) {
      return std::pair(place_time(nodes_[left]), left) <
             std::pair(place_time(nodes_[right]), right);
    });
    report_places();
  }

  bool at_its_place(const Node& node) const {
    return node.digest->key == node.key && node.digest->bucket == yardstick_.bucket;
  }

  // Whether the digest says itself that it belongs to this chain.
  bool is_ours(const Node& node) const {
    const auto own = parse_digest_name(file_part(node.digest->key));
    return own && own->account == name_.account && own->region == name_.region &&
           own->trail == name_.trail && own->home_region == name_.home_region &&
           own->backfill == name_.backfill;
  }

  // The key that the node stands for.
  std::string key_of(const Node& node) const {
    return node.digest && is_ours(node) ? node.digest->key : node.key;
  }

  // The end of the hour that the node stands for.
  UnixSeconds place_time(const Node& node) const {
    const auto name = parse_digest_name(file_part(key_of(node)));
    return name ? name->end : node.name.end;
  }

  void report_places() {
    for (Node& node : nodes_) {
      if (!node.digest || at_its_place(node)) continue;
      const ProblemKind kind =
          is_ours(node) ? ProblemKind::DigestMoved : ProblemKind::DigestForeign;
      report(node, kind, "s3://" + node.digest->bucket + "/" + node.digest->key,
             "s3://" + yardstick_.bucket + "/" + node.key);
    }
  }

  void note_link(std::size_t i) {
    const Node& node = nodes_[i];
    if (!node.digest || !is_ours(node) || !node.digest->previous) return;
    if (node.digest->previous->bucket != yardstick_.bucket) return;
    links_.emplace(node.digest->previous->key, i);
  }

  Word check(const Node& node, const std::string& signature) const {
    return word_of(yardstick_.keys.check(node.digest->fingerprint, key_window(node),
                                         string_to_sign(*node.digest, node.hash), signature));
  }

  // What the digests that name this one say of it.
  struct Testimony {
    Word signature = Word::None;  // The best of the signatures that they carry.
    bool same_hash = false;       // Of one that is not rejected.
    bool same_hash_proven = false;
    std::string other_hash;  // The hash that one names and that is not its own.
  };

  Testimony testimony_of(const Node& node) const {
    Testimony testimony;
    const auto [begin, end] = links_.equal_range(key_of(node));
    for (auto link = begin; link != end; ++link) {
      const Node& next = nodes_[link->second];
      const Word word = next.digest->previous_signature
                            ? check(node, *next.digest->previous_signature)
                            : Word::None;
      if (word == Word::Genuine) testimony.signature = word;  // Whoever carries it.
      if (next.trust == Trust::Rejected) continue;
      if (testimony.signature == Word::None) testimony.signature = word;
      const std::string& hash = next.digest->previous->hash;
      if (hash == node.hash) {
        testimony.same_hash = true;
        testimony.same_hash_proven |= next.trust == Trust::Proven;
      } else {
        testimony.other_hash = hash;
      }
    }
    return testimony;
  }

  void judge_signature(Node& node) {
    if (!node.digest) {
      report(node, node.fault, "", node.fault_cause);
      return;
    }
    if (!is_ours(node)) return;
    const auto kept = node.metadata.find("signature");
    const Word own = kept == node.metadata.end() ? Word::None : check(node, kept->second);
    const Testimony said = testimony_of(node);
    if (own == Word::Genuine || said.signature == Word::Genuine || said.same_hash_proven) {
      node.trust = Trust::Proven;
      if (own == Word::Wrong) report(node, ProblemKind::DigestSignatureAltered, "", kept->second);
      const bool by_key = own == Word::Genuine || said.signature == Word::Genuine;
      if (!by_key && (own == Word::UnknownKey || said.signature == Word::UnknownKey)) {
        remark(RemarkKind::KeyNotGiven, node);
      }
      return;
    }
    judge_unsigned(node, own, said, kept == node.metadata.end() ? "" : kept->second);
  }

  // No signature holds and no proven digest vouches for it.
  void judge_unsigned(Node& node, Word own, const Testimony& said, const std::string& kept) {
    if (own == Word::UnknownKey || said.signature == Word::UnknownKey) {
      report(node, ProblemKind::DigestKeyUnknown, "a key of CloudTrail's",
             "key " + node.digest->fingerprint);
    } else if (!said.other_hash.empty() && !said.same_hash) {
      report(node, ProblemKind::DigestAltered, "sha-256 " + said.other_hash,
             "sha-256 " + node.hash);
    } else if (own == Word::Wrong) {
      report(node, ProblemKind::DigestSignatureWrong, "", "signature " + kept);
    } else if (said.signature == Word::Wrong && !said.same_hash) {
      report(node, ProblemKind::DigestSignatureWrong, "", "");
    } else if (yardstick_.metadata_is_kept) {
      report(node, ProblemKind::DigestSignatureMissing, "x-amz-meta-signature", "no such metadata");
    } else {
      node.trust = Trust::Unproven;
      remark(RemarkKind::NotProven, node);
    }
  }

  // How the digest at place `i` of the chain follows upon the one before it.
  void check_links(std::size_t i) {
    Node& node = nodes_[members_[i]];
    const Node* older = i == 0 ? nullptr : &nodes_[members_[i - 1]];
    if (node.trust == Trust::Rejected) {
      // By its name it covers the hour before, whatever it says.
      if (older != nullptr) check_gap(node, place_time(*older), place_time(node) - kDigestSeconds);
      return;
    }
    check_times(node);
    if (!node.digest->previous) {
      if (older != nullptr) check_beginning(node, *older);
    } else if (node.digest->previous->bucket != yardstick_.bucket) {
      remark(RemarkKind::OtherBucket, node);
    } else if (const auto found = by_key_.find(node.digest->previous->key);
               found != by_key_.end()) {
      check_previous(node, nodes_[found->second]);
      check_between(i, found->second);
    } else {
      miss_previous(node, older);
    }
  }

  void check_times(Node& node) {
    if (name_.backfill || node.digest->end == place_time(node)) return;
    report(node, ProblemKind::DigestTimesWrong, "digestEndTime " + format_utc(place_time(node)),
           "digestEndTime " + node.digest->end_text);
  }

  // A chain that begins anew: logging or validation was off until then.
  void check_beginning(Node& node, const Node& older) {
    if (name_.backfill) return;
    const UnixSeconds off = node.digest->start - place_time(older);
    if (off <= 0) {
      report(node, ProblemKind::ChainRestarted, "a link to " + older.key, "a first digest");
      return;
    }
    if (node.trust == Trust::Unproven) {
      report(node, ProblemKind::ChainRestartUnproven, "a link to " + older.key, "a first digest");
      return;
    }
    if (node.context) return;
    remarks_.push_back(
        {RemarkKind::LoggingOff, name_, node.key, 0, place_time(older), node.digest->start});
  }

  void check_previous(Node& node, Node& previous) {
    const PreviousDigest& link = *node.digest->previous;
    if (previous.trust == Trust::Proven && previous.digest && link.hash != previous.hash) {
      report(previous, ProblemKind::ChainHashBroken, "sha-256 " + link.hash,
             "sha-256 " + previous.hash, node.key);
    } else if (!node.digest->previous_signature) {
      report(node, ProblemKind::ChainSignatureBroken, "the signature of " + previous.key, "none");
    } else if (previous.trust != Trust::Rejected &&
               check(previous, *node.digest->previous_signature) == Word::Wrong) {
      report(node, ProblemKind::ChainSignatureBroken, "the signature of " + previous.key,
             "signature " + *node.digest->previous_signature);
    }
    if (name_.backfill) return;
    if (node.digest->start + kSlackSeconds < place_time(previous) &&
        previous.trust != Trust::Rejected) {
      report(node, ProblemKind::DigestOverlap, "begins at " + format_utc(place_time(previous)),
             "begins at " + format_utc(node.digest->start));
    }
    check_gap(node, place_time(previous), node.digest->start);
  }

  // Digests that lie between two that are linked to each other.
  void check_between(std::size_t i, std::size_t previous) {
    for (std::size_t j = i; j-- > 0 && members_[j] != previous;) {
      Node& between = nodes_[members_[j]];
      if (between.trust == Trust::Rejected) continue;
      report(between, ProblemKind::DigestUnlinked, "a link from a later digest", "none");
    }
  }

  void miss_previous(const Node& node, const Node* older) {
    const std::string& key = node.digest->previous->key;
    const auto name = parse_digest_name(file_part(key));
    const UnixSeconds end = name ? name->end : node.digest->start;
    if (!yardstick_.period.wants_digest(end)) return;
    if (older == nullptr) {
      remarks_.push_back({RemarkKind::BeginsEarlier, name_, key, 0, std::nullopt, end});
      return;
    }
    ++counts_.missing;
    const UnixSeconds begin = std::max(place_time(*older), end - kDigestSeconds);
    problems_.push_back({ProblemKind::DigestMissing, name_, key, node.key, "", "", begin, end});
    check_gap(node, place_time(*older), end - kDigestSeconds);
  }

  // Digests that nothing names, for an hour each.
  void check_gap(const Node& node, UnixSeconds from, UnixSeconds to) {
    if (name_.backfill || to - from <= kSlackSeconds) return;
    if (!yardstick_.period.wants_digest(to)) return;
    const auto hours = static_cast<std::uint64_t>((to - from - kSlackSeconds + kDigestSeconds - 1) /
                                                  kDigestSeconds);
    counts_.missing += hours;
    problems_.push_back(
        {ProblemKind::DigestGap, name_, node.key, "",
         "at least " + std::to_string(hours) + (hours == 1 ? " digest more" : " digests more"),
         "none", from, to});
  }

  void report(Node& node, ProblemKind kind, std::string expected, std::string found,
              std::string digest = {}) {
    node.invalid = node.invalid || !is_unreadable(kind);
    if (node.context) return;
    const UnixSeconds end = place_time(node);
    const UnixSeconds begin = node.digest ? node.digest->start : end - kDigestSeconds;
    problems_.push_back({kind, name_, node.key, std::move(digest), std::move(expected),
                         std::move(found), std::min(begin, end), end});
  }

  void remark(RemarkKind kind, const Node& node) {
    if (node.context) return;
    remarks_.push_back({kind, name_, node.key, 0, node.digest->start, node.digest->end});
  }

  void count(const Node& node) {
    if (node.context) return;
    const bool unreadable = !node.digest && is_unreadable(node.fault);
    if (unreadable) {
      ++counts_.unreadable;
    } else if (node.invalid) {
      ++counts_.invalid;
    } else {
      ++(node.trust == Trust::Proven ? counts_.valid : counts_.unproven);
    }
  }

  std::vector<Node>& nodes_;
  const ChainName& name_;
  const Yardstick& yardstick_;
  std::vector<Problem>& problems_;
  std::vector<Remark>& remarks_;
  Counts& counts_;
  std::map<std::string, std::size_t> by_key_;      // Key -> the node that stands for it.
  std::vector<std::size_t> members_;               // Those, by the time they stand for.
  std::multimap<std::string, std::size_t> links_;  // Key -> the nodes that name it as previous.
};

}  // namespace

Window key_window(const Node& node) {
  const Digest& digest = *node.digest;
  if (!node.name.backfill) return {digest.start, digest.end + kKeySlackSeconds};
  const auto made = node.metadata.find("backfill-generation-timestamp");
  const auto time =
      made == node.metadata.end() ? std::nullopt : cloudtrail::parse_time(made->second);
  if (time) return {*time - kBackfillSlackSeconds, *time + kBackfillSlackSeconds};
  return {digest.start, std::numeric_limits<UnixSeconds>::max()};  // Made some time later.
}

bool Period::wants_digest(UnixSeconds end) const {
  return (!since || end > *since) && (!until || end - kDigestSeconds < *until);
}

void judge_chain(std::vector<Node>& nodes, const ChainName& name, const Yardstick& yardstick,
                 std::vector<Problem>& problems, std::vector<Remark>& remarks, Counts& counts) {
  ChainJudge(nodes, name, yardstick, problems, remarks, counts).run();
}

}  // namespace trailwarden::integrity
