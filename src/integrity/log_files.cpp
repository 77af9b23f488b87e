#include "integrity/log_files.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "integrity/read_digest.h"
#include "integrity/sha256.h"
#include "integrity/share_out.h"

namespace trailwarden::integrity {
namespace {

NamedFile::Short cut(const Hash& hash) {
  NamedFile::Short cut{};
  std::copy_n(hash.begin(), cut.size(), cut.begin());
  return cut;
}

NamedFile::Short cut(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  NamedFile::Short cut{};
  std::copy_n(bytes.begin(), std::min(cut.size(), bytes.size()), cut.begin());
  return cut;
}

ProblemKind kind_of(Unpacked::State state) {
  switch (state) {
    case Unpacked::State::NotGzip:
      return ProblemKind::LogNotGzip;
    case Unpacked::State::CutOff:
      return ProblemKind::LogTruncated;
    case Unpacked::State::Trailing:
      return ProblemKind::LogTrailingBytes;
    case Unpacked::State::Unreadable:
      return ProblemKind::LogUnreadable;
    case Unpacked::State::Whole:
    case Unpacked::State::Damaged:
    case Unpacked::State::TooLarge:
      break;
  }
  return ProblemKind::LogDamaged;
}

// One digest's log files, by one thread.
class LogCheck {
 public:
  LogCheck(LogTask& task, const LogContext& context, Unpacker& unpacker)
      : task_(task), context_(context), unpacker_(unpacker) {}

  void run() {
    Node again;
    again.stored_key = task_.node->stored_key;
    std::vector<LogReference> logs;
    read_digest(context_.store, unpacker_, context_.stop, again, &logs);
    if (again.hash != task_.node->hash) {
      task_.problems.push_back({ProblemKind::DigestUnreadable, *task_.chain, task_.node->key, "",
                                "sha-256 " + task_.node->hash, "it was changed meanwhile",
                                task_.node->digest->start, task_.node->digest->end});
      return;
    }
    for (const LogReference& log : logs) {
      if (context_.stop.stop_requested()) return;
      task_.named.push_back({short_hash(log.key), cut(log.hash)});
      check(log);
      ++context_.progress.log_files;
    }
  }

 private:
  void check(const LogReference& log) {
    const auto stored = stored_key(log);
    if (!stored) return missing(log, "it lies outside of what was given");
    auto object = context_.store.get(*stored, Want::Bytes, context_.stop);
    if (!object) {
      return report(ProblemKind::LogUnreadable, log, "", to_string(object.error()));
    }
    if (!*object) return missing(log, "");
    hash(log, *(*object)->bytes);
  }

  // Where the store has it. nullopt: not in this bucket, or not below what was named.
  std::optional<std::string> stored_key(const LogReference& log) const {
    const Place& place = context_.place;
    if (log.bucket != place.bucket) return std::nullopt;
    if (log.key.starts_with(place.prefix)) {
      return place.stored + log.key.substr(place.prefix.size());
    }
    return context_.store.bucket() ? std::optional(log.key) : std::nullopt;
  }

  void hash(const LogReference& log, ObjectBytes& bytes) {
    const Unpacked unpacked = unpacker_.unpack(bytes, [this](std::string_view text) {
      hasher_.add(text);
      return true;
    });
    const std::string found = to_hex(hasher_.finish());
    context_.progress.bytes += unpacked.bytes_read;
    const bool same = found == ascii_lower(log.hash);
    if (unpacked.state == Unpacked::State::Whole) {
      if (!same)
        return report(ProblemKind::LogAltered, log, "sha-256 " + log.hash, "sha-256 " + found);
      ++(task_.node->trust == Trust::Proven ? task_.counts.valid : task_.counts.unproven);
      return;
    }
    if (unpacked.state == Unpacked::State::Trailing && !same) {
      return report(ProblemKind::LogAltered, log, "sha-256 " + log.hash,
                    "sha-256 " + found + ", and bytes behind it");
    }
    report(kind_of(unpacked.state), log, "", unpacked.cause);
  }

  void missing(const LogReference& log, std::string why) {
    report(ProblemKind::LogMissing, log, "sha-256 " + log.hash, std::move(why));
  }

  void report(ProblemKind kind, const LogReference& log, std::string expected, std::string found) {
    if (kind == ProblemKind::LogMissing) {
      ++task_.counts.missing;
    } else {
      ++(is_unreadable(kind) ? task_.counts.unreadable : task_.counts.invalid);
    }
    task_.problems.push_back({kind, *task_.chain, log.key, task_.node->key, std::move(expected),
                              std::move(found), task_.node->digest->start,
                              task_.node->digest->end});
  }

  LogTask& task_;
  const LogContext& context_;
  Unpacker& unpacker_;
  Sha256 hasher_;
};

// Gives files that hold the bytes of another one their name for it.
class SwapFinder {
 public:
  SwapFinder(std::vector<LogTask>& tasks, const LogContext& context)
      : tasks_(tasks), context_(context) {}

  void run() {
    for (LogTask& task : tasks_) {
      for (Problem& problem : task.problems) {
        if (problem.kind == ProblemKind::LogAltered) look(problem);
      }
    }
  }

 private:
  void look(Problem& problem) {
    constexpr std::string_view kMark = "sha-256 ";
    const std::string found = problem.found.substr(std::min(kMark.size(), problem.found.size()));
    const NamedFile::Short content = cut(found);
    for (const LogTask& task : tasks_) {
      for (const NamedFile& named : task.named) {
        if (named.content == content) return name(problem, found, *task.node);
      }
    }
  }

  void name(Problem& problem, const std::string& found, const Node& node) {
    Node again;
    again.stored_key = node.stored_key;
    std::vector<LogReference> logs;
    read_digest(context_.store, unpacker_, context_.stop, again, &logs);
    for (const LogReference& log : logs) {
      if (ascii_lower(log.hash) != found) continue;
      problem.kind = ProblemKind::LogSwapped;
      problem.found = "the bytes of " + log.key;
    }
  }

  std::vector<LogTask>& tasks_;
  const LogContext& context_;
  Unpacker unpacker_;
};

}  // namespace

NamedFile::Short short_hash(std::string_view key) { return cut(sha256(key)); }

void check_log_files(std::vector<LogTask>& tasks, const LogContext& context) {
  share_out(tasks.size(), context.threads, context.stop, [&](std::size_t i, Unpacker& unpacker) {
    LogCheck(tasks[i], context, unpacker).run();
  });
  SwapFinder(tasks, context).run();
}

}  // namespace trailwarden::integrity
