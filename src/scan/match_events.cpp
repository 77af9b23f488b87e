#include "scan/match_events.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "cloudtrail/envelope.h"
#include "scan/portions.h"
#include "scan/problem_keeper.h"
#include "scan/shared_count.h"

namespace trailwarden::scan {
namespace {

// What is compiled before the first record.
struct Query {
  match::Matcher matcher;
  cloudtrail::RecordShape shape;
  cloudtrail::EnvelopeFields envelope;
  bool raw;
};

Result<Query> compile(const MatchOptions& options) {
  match::MatcherBuilder builder;
  const bool raw = options.subject == pattern::Subject::Raw;
  const auto shape = raw ? cloudtrail::RecordShape::any_object()
                         : cloudtrail::RecordShape::add_to(builder.fields());
  const auto envelope = cloudtrail::EnvelopeFields::add_to(builder.fields());
  TW_TRY(pattern::compile(options.pattern, options.subject, builder));
  return Query{std::move(builder).build(), shape, envelope, raw};
}

// Hands on the output of slices in their order, though they finish in another. A worker that is far
// ahead waits, so that little is held.
class InOrder {
 public:
  InOrder(const Emit& emit, std::size_t ahead_max) : emit_(emit), ahead_max_(ahead_max) {}

  // Waits until slice `number` is near enough to be worked on. False: nobody wants more.
  bool wait_for_turn(std::size_t number) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return closed_ || number < next_ + ahead_max_; });
    return !closed_;
  }

  // More lines of slice `number`; passes them on at once when it is that slice's turn.
  void add(std::size_t number, std::string& lines) {
    const std::lock_guard lock(mutex_);
    if (number == next_) {
      write(lines);
    } else {
      waiting_[number] += lines;
    }
    lines.clear();
  }

  // Slice `number` has no more lines.
  void finish(std::size_t number) {
    const std::lock_guard lock(mutex_);
    finished_[number] = true;
    while (!finished_.empty() && finished_.begin()->first == next_) {
      finished_.erase(finished_.begin());
      ++next_;
      if (const auto held = waiting_.find(next_); held != waiting_.end()) {
        write(held->second);
        waiting_.erase(held);
      }
    }
    moved_.notify_all();
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  void write(std::string_view lines) {
    if (!closed_ && !lines.empty() && !emit_(lines)) {
      closed_ = true;
      moved_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  const Emit& emit_;
  std::size_t ahead_max_;
  std::size_t next_ = 0;
  std::map<std::size_t, std::string> waiting_;
  std::map<std::size_t, bool> finished_;
  bool closed_ = false;
};

// One thread's share: matches the records of one slice after the other.
class MatchWorker final : public cloudtrail::RecordVisitor {
 public:
  MatchWorker(const Query& query, Progress& progress, InOrder& output, bool count_only)
      : query_(query), records_(progress.records), output_(output), count_only_(count_only) {}

  void begin(std::size_t slice) { slice_ = slice; }
  void end() {
    output_.add(slice_, lines_);
    output_.finish(slice_);
  }

  void on_record(const cloudtrail::RawRecord& record) override {
    ++read;
    records_.add_one();
    if (!query_.raw) query_.envelope.fill(record);
    rules_.clear();
    query_.matcher.match(record.found, scratch_, rules_);
    if (rules_.empty()) return;
    ++matched;
    if (count_only_) return;
    append_event(record);
    if (lines_.size() > kFlushBytes) output_.add(slice_, lines_);
  }

  void on_problem(const cloudtrail::Problem& problem) override { problems.add(problem); }

  std::uint64_t read = 0;
  std::uint64_t matched = 0;
  ProblemKeeper problems;

 private:
  static constexpr std::size_t kFlushBytes = std::size_t{64} << 10;

  // One line: a record that was written over several has its line breaks (never part of a string)
  // turned into spaces.
  void append_event(const cloudtrail::RawRecord& record) {
    const std::size_t begin = lines_.size();
    if (query_.raw) {
      lines_ += record.text;
    } else {
      query_.envelope.append_json(record, lines_);
    }
    for (std::size_t i = begin; i < lines_.size(); ++i) {
      if (lines_[i] == '\n' || lines_[i] == '\r') lines_[i] = ' ';
    }
    lines_ += '\n';
  }

  const Query& query_;
  SharedCount records_;
  InOrder& output_;
  bool count_only_;
  match::MatchScratch scratch_;
  std::vector<match::RuleId> rules_;
  std::size_t slice_ = 0;
  std::string lines_;
};

}  // namespace

Result<MatchResult> match_events(const MatchOptions& options, cloudtrail::Feed& feed,
                                 Progress& progress, const std::stop_token& stop,
                                 const Emit& emit) {
  const Query query = TW_TRY(compile(options));
  Portions portions(feed, progress);
  InOrder output(emit, std::size_t{options.threads} * 4);
  std::vector<std::unique_ptr<MatchWorker>> workers;
  const auto work = [&](MatchWorker& worker) {
    cloudtrail::Reader reader(query.matcher.projection(), query.shape, progress.read);
    while (auto next = portions.next(stop)) {
      if (!output.wait_for_turn(next->number)) return;
      worker.begin(next->number);
      reader.read(next->portion, worker, stop);
      worker.end();
    }
  };
  for (unsigned i = 0; i < options.threads; ++i) {
    workers.push_back(std::make_unique<MatchWorker>(query, progress, output, options.count_only));
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) {
      threads.emplace_back([&work, &worker = *workers[i]] { work(worker); });
    }
    work(*workers.front());
  }
  TW_TRY(portions.outcome(stop));

  MatchResult result;
  ProblemKeeper problems;
  for (const auto& worker : workers) {
    result.read += worker->read;
    result.matched += worker->matched;
    problems.merge(worker->problems);
  }
  result.problems = problems.finish();
  return result;
}

}  // namespace trailwarden::scan
