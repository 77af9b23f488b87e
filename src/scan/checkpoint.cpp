#include "scan/checkpoint.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/hash.h"
#include "scan/bytes.h"

namespace trailwarden::scan {
namespace {

constexpr std::string_view kMagic = "trailwarden checkpoint 1\n";
constexpr std::size_t kFrameHead = 16;
// An outcome, and the names around it.
constexpr std::uint64_t kPayloadMax = std::uint64_t{1} << 30U;
// What a power cut may cost; a kill costs nothing.
constexpr std::chrono::seconds kSyncEvery{5};

std::string encode_terms(const CheckpointTerms& terms) {
  std::string bytes;
  for (const auto& time : {terms.since, terms.until}) {
    bytes += time ? '\1' : '\0';
    put_fixed(bytes, static_cast<std::uint64_t>(time.value_or(0)));
  }
  for (const auto& [name, value] : terms.same) {
    put_text(bytes, name);
    put_text(bytes, value);
  }
  return bytes;
}

std::optional<CheckpointTerms> decode_terms(std::string_view bytes) {
  ByteReader in{bytes};
  CheckpointTerms terms;
  for (auto* time : {&terms.since, &terms.until}) {
    const bool present = in.byte() != 0;
    const auto value = static_cast<UnixSeconds>(in.fixed());
    if (present) *time = value;
  }
  while (in.good && !in.rest.empty()) {
    const std::string_view name = in.text();
    const std::string_view value = in.text();
    terms.same.emplace_back(name, value);
  }
  if (!in.good) return std::nullopt;
  return terms;
}

struct Entry {
  std::string_view name, version;
  std::uint64_t begin = 0;
  std::string_view outcome;
};

std::string encode_entry(const Entry& entry) {
  std::string bytes;
  bytes.reserve(entry.name.size() + entry.version.size() + entry.outcome.size() + 32);
  put_text(bytes, entry.name);
  put_text(bytes, entry.version);
  put_number(bytes, entry.begin);
  bytes += entry.outcome;
  return bytes;
}

std::optional<Entry> decode_entry(std::string_view bytes) {
  ByteReader in{bytes};
  Entry entry;
  entry.name = in.text();
  entry.version = in.text();
  entry.begin = in.number();
  entry.outcome = in.rest;
  if (!in.good) return std::nullopt;
  return entry;
}

std::uint64_t key_of(const Entry& entry) {
  return hash64(entry.name, hash64(entry.version, entry.begin));
}

// What differs, for a person; empty when nothing does.
std::string difference(const CheckpointTerms& begun, const CheckpointTerms& now) {
  for (const auto& [name, value] : now.same) {
    const auto same_name = [&name = name](const auto& term) { return term.first == name; };
    const auto found = std::find_if(begun.same.begin(), begun.same.end(), same_name);
    if (found == begun.same.end()) return "without " + name;
    if (found->second != value) {
      return std::string("with ").append(name).append(" ").append(found->second).append(", now ") +
             value;
    }
  }
  return begun.same.size() == now.same.size() ? "" : "by another version";
}

}  // namespace

Checkpoint::~Checkpoint() { ::close(descriptor_); }

Error Checkpoint::error(const char* what) const {
  return {ErrorCode::Io,
          std::string("the checkpoint ") + what + ": " + std::generic_category().message(errno),
          path_};
}

Result<std::unique_ptr<Checkpoint>> Checkpoint::open(const std::string& path,
                                                     CheckpointTerms terms) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  std::unique_ptr<Checkpoint> checkpoint(new Checkpoint(descriptor, path));
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    return tl::unexpected(checkpoint->error("cannot be opened"));
  }
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::Usage, "is no file for a checkpoint", path);
  // File systems without locks are no reason not to go on.
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return fail(ErrorCode::Usage, "another run is using this checkpoint", path);
  }
  if (status.st_size == 0) {
    TW_TRY(checkpoint->begin(std::move(terms)));
  } else {
    checkpoint->end_ = static_cast<std::uint64_t>(status.st_size);
    TW_TRY(checkpoint->load(std::move(terms)));
  }
  return checkpoint;
}

Result<void> Checkpoint::begin(CheckpointTerms terms) {
  terms_ = std::move(terms);
  if (::pwrite(descriptor_, kMagic.data(), kMagic.size(), 0) !=
      static_cast<ssize_t>(kMagic.size())) {
    return tl::unexpected(error("cannot be written"));
  }
  end_ = kMagic.size();
  TW_TRY(write_frame(encode_terms(terms_)));
  return sync();
}

Result<std::string> Checkpoint::read_at(std::uint64_t offset, std::uint64_t bytes) const {
  std::string text(bytes, '\0');
  std::size_t held = 0;
  while (held < text.size()) {
    const ssize_t got = ::pread(descriptor_, text.data() + held, text.size() - held,
                                static_cast<off_t>(offset + held));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(error("cannot be read"));
    if (got == 0) break;
    held += static_cast<std::size_t>(got);
  }
  text.resize(held);
  return text;
}

Result<void> Checkpoint::load(CheckpointTerms terms) {
  const std::uint64_t file_end = end_;
  const std::string magic = TW_TRY(read_at(0, kMagic.size()));
  if (magic != kMagic) {
    // Cut off while it was begun.
    if (magic.size() == file_end && kMagic.starts_with(magic)) return begin(std::move(terms));
    return fail(ErrorCode::Usage, "is no checkpoint of this version of trailwarden", path_);
  }
  end_ = kMagic.size();
  for (bool first = true; true; first = false) {
    const std::string head_bytes = TW_TRY(read_at(end_, kFrameHead));
    ByteReader head{head_bytes};
    const std::uint64_t size = head.fixed();
    const std::uint64_t hash = head.fixed();
    if (!head.good || size > kPayloadMax || size > file_end - end_ - kFrameHead) break;
    const std::string payload = TW_TRY(read_at(end_ + kFrameHead, size));
    if (payload.size() != size || hash64(payload) != hash) break;
    if (first) {
      const auto begun = decode_terms(payload);
      if (!begun) break;
      if (const std::string what = difference(*begun, terms); !what.empty()) {
        return fail(ErrorCode::Usage,
                    "this checkpoint was begun " + what + ": remove it or name another", path_);
      }
      terms_ = *begun;
    } else {
      const auto entry = decode_entry(payload);
      if (!entry) break;
      places_[key_of(*entry)] = {end_ + kFrameHead, size};
    }
    end_ += kFrameHead + size;
  }
  if (end_ == kMagic.size()) return begin(std::move(terms));
  if (end_ != file_end && ::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0) {
    return tl::unexpected(error("cannot be repaired"));
  }
  return {};
}

Result<std::optional<std::string>> Checkpoint::find(const std::string& name,
                                                    const std::string& version,
                                                    std::uint64_t begin) const {
  if (version.empty()) return std::nullopt;
  Place place;
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key_of({name, version, begin, {}}));
    if (found == places_.end()) return std::nullopt;
    place = found->second;
  }
  const std::string payload = TW_TRY(read_at(place.offset, place.bytes));
  const auto entry = decode_entry(payload);
  if (!entry || entry->name != name || entry->version != version || entry->begin != begin) {
    return std::nullopt;
  }
  return std::string(entry->outcome);
}

Result<void> Checkpoint::add(const cloudtrail::Portion& portion, std::string_view outcome) {
  if (portion.version.empty()) return {};
  const Entry entry{portion.slice.path, portion.version, portion.slice.begin, outcome};
  const std::string payload = encode_entry(entry);
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    const Place place{end_ + kFrameHead, payload.size()};
    TW_TRY(write_frame(payload));
    places_[key_of(entry)] = place;
    const auto now = std::chrono::steady_clock::now();
    due = now - synced_ > kSyncEvery;
    if (due) synced_ = now;
  }
  // Without the lock: it may take its time.
  return due ? sync() : Result<void>{};
}

Result<void> Checkpoint::write_frame(std::string_view payload) {
  std::string frame;
  frame.reserve(kFrameHead + payload.size());
  put_fixed(frame, payload.size());
  put_fixed(frame, hash64(payload));
  frame += payload;
  // One call for a whole frame; more only where the system took a part of it.
  for (std::string_view rest = frame; !rest.empty();) {
    const ssize_t written = ::pwrite(descriptor_, rest.data(), rest.size(),
                                     static_cast<off_t>(end_ + frame.size() - rest.size()));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return tl::unexpected(error("cannot be written"));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  end_ += frame.size();
  return {};
}

Result<void> Checkpoint::sync() {
  if (::fdatasync(descriptor_) != 0) return tl::unexpected(error("cannot be written"));
  return {};
}

std::size_t Checkpoint::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace trailwarden::scan
