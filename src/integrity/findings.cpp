#include "integrity/findings.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace trailwarden::integrity {
namespace {

// In the order of ProblemKind.
constexpr std::array<ProblemText, kProblemKinds> kProblems = {{
    {"log-altered", "Log file altered", "Its bytes are not those that CloudTrail delivered."},
    {"log-swapped", "Log file holds another one's bytes",
     "Its bytes are those of another log file of the same trail."},
    {"log-missing", "Log file missing", "A proven digest names it, and it is not there."},
    {"log-truncated", "Log file cut short", "The gzip data ends before it is over."},
    {"log-damaged", "Log file damaged", "The gzip data is broken."},
    {"log-trailing-bytes", "Bytes added to a log file",
     "CloudTrail's part is whole; what stands behind it was never signed."},
    {"log-not-gzip", "Log file is no gzip", "CloudTrail delivers gzip only."},
    {"log-added", "Log file that CloudTrail did not sign",
     "No digest of its time names it. A second trail without validation that writes to the same "
     "place looks like this too."},
    {"log-unreadable", "Log file cannot be read", "Nothing is known of it."},
    {"digest-altered", "Digest altered",
     "Its bytes are not those that the next digest vouches for, and its signature does not "
     "hold. What it says of log files is not trusted."},
    {"digest-damaged", "Digest damaged", "It is no gzip of a digest's JSON."},
    {"digest-signature-wrong", "Digest's signature does not hold",
     "The digest or its signature was altered; no later digest says which. What it says of log "
     "files is not trusted."},
    {"digest-signature-altered", "Digest's signature altered",
     "The digest is genuine: the next one vouches for it. The signature kept with it is not "
     "its own."},
    {"digest-signature-missing", "Digest without a signature",
     "The object's metadata was lost: somebody wrote it anew."},
    {"digest-key-unknown", "Digest signed with an unknown key",
     "The key is none of those that CloudTrail used then. If the list of public keys lacks "
     "this region or time, get it anew."},
    {"digest-missing", "Digest missing", "The digest after it names it, and it is not there."},
    {"digest-gap", "Hours without a digest",
     "A chain has a digest for every hour; these are not there and nothing names them, as when "
     "several in a row are deleted."},
    {"digest-moved", "Digest not at its place", "By its own word it was delivered elsewhere."},
    {"digest-foreign", "Digest of another trail",
     "By its own word it belongs to another trail, region or account."},
    {"digest-times-wrong", "Digest's times contradict its name",
     "CloudTrail names a digest by the end of the time that it covers."},
    {"digest-overlap", "Digests overlap", "CloudTrail's digests follow upon each other."},
    {"digest-unlinked", "Digest outside of the chain",
     "The digests before and after it are linked to each other, not to it."},
    {"chain-hash-broken", "Chain broken: another digest was signed",
     "The digest is genuine, but not the one whose hash the next digest names."},
    {"chain-signature-broken", "Chain broken: another signature was named",
     "The next digest names a signature that is not this digest's."},
    {"chain-restarted", "Chain begins anew without a pause",
     "It says that nothing came before it, but a digest ends where it begins: links were cut."},
    {"chain-restart-unproven", "Chain begins anew, by an unsigned word",
     "It says that logging was off before it, and no signature proves it. Whoever cuts a chain in "
     "a "
     "mirror would write this; keep the digest's metadata to tell."},
    {"digest-unreadable", "Digest cannot be read", "Nothing is known of it nor of its log files."},
}};

constexpr std::array<std::string_view, 7> kRemarks = {
    "not-proven",    "logging-off",     "begins-earlier", "other-bucket",
    "key-not-given", "not-yet-covered", "never-covered"};

constexpr std::array<std::string_view, kCoverages> kCoverage = {
    "none", "quiet", "logs", "off", "no-digests", "damaged", "missing"};

}  // namespace

const ProblemText& text_of(ProblemKind kind) { return kProblems[static_cast<std::size_t>(kind)]; }

std::string_view id_of(RemarkKind kind) { return kRemarks[static_cast<std::size_t>(kind)]; }

std::string_view id_of(Coverage coverage) { return kCoverage[static_cast<std::size_t>(coverage)]; }

void Counts::add(const Counts& other) {
  valid += other.valid;
  unproven += other.unproven;
  invalid += other.invalid;
  missing += other.missing;
  unreadable += other.unreadable;
  added += other.added;
  uncovered += other.uncovered;
}

bool Findings::tampered() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return !is_unreadable(problem.kind); });
}

bool Findings::unreadable() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return is_unreadable(problem.kind); });
}

void Findings::add(Findings&& other) {
  std::move(other.problems.begin(), other.problems.end(), std::back_inserter(problems));
  std::move(other.remarks.begin(), other.remarks.end(), std::back_inserter(remarks));
  std::move(other.chains.begin(), other.chains.end(), std::back_inserter(chains));
  digests.add(other.digests);
  logs.add(other.logs);
  order();
}

void Findings::order() {
  std::sort(chains.begin(), chains.end(), [](const ChainReport& left, const ChainReport& right) {
    return left.name < right.name;
  });
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& left, const Problem& right) {
    return std::tie(left.chain, left.from, left.kind, left.file) <
           std::tie(right.chain, right.from, right.kind, right.file);
  });
  std::stable_sort(remarks.begin(), remarks.end(), [](const Remark& left, const Remark& right) {
    return std::tie(left.chain, left.from, left.kind) <
           std::tie(right.chain, right.from, right.kind);
  });
}

}  // namespace trailwarden::integrity
