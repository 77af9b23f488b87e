#include "scan/scan.h"

#include <memory>
#include <thread>

#include "scan/assemble.h"
#include "scan/checkpoint.h"
#include "scan/outcome.h"
#include "scan/portions.h"
#include "scan/worker.h"

namespace trailwarden::scan {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

// Takes a portion in: from the checkpoint where it is known there, else by reading it.
Result<void> take_in(cloudtrail::Portion& portion, cloudtrail::Reader& reader, Worker& worker,
                     Checkpoint& checkpoint, Progress& progress, const std::stop_token& stop) {
  const cloudtrail::Slice& slice = portion.slice;
  if (const auto known = TW_TRY(checkpoint.find(slice.path, portion.version, slice.begin))) {
    progress.read.bytes_read += slice.bytes;
    return read_outcome(*known, worker.totals);
  }
  OutcomeWriter outcome;
  worker.write_to(&outcome);
  reader.read(portion, worker, stop);
  worker.write_to(nullptr);
  if (stop.stop_requested() || !outcome.is_whole()) return {};
  return checkpoint.add(portion, outcome.take());
}

// Every worker takes the next portion until there is none, or somebody asks to stop.
void read_all(Portions& portions, const engine::Engine& engine, const ScanOptions& options,
              Workers& workers, Progress& progress, const std::stop_token& stop) {
  const auto work = [&](Worker& worker) {
    cloudtrail::Reader reader(engine.matcher().projection(), engine.shape(), progress.read);
    while (auto next = portions.next(stop)) {
      if (options.checkpoint == nullptr) {
        reader.read(next->portion, worker, stop);
        continue;
      }
      auto taken = take_in(next->portion, reader, worker, *options.checkpoint, progress, stop);
      if (!taken) return portions.fail(std::move(taken).error());
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i) {
    threads.emplace_back([&work, &worker = *workers[i]] { work(worker); });
  }
  work(*workers.front());
}

}  // namespace

Result<ScanResult> scan(const engine::Engine& engine, const ScanOptions& options,
                        cloudtrail::Feed& feed, Progress& progress, const std::stop_token& stop,
                        const OnEvent& on_event) {
  Workers workers;
  {
    RepeatSet seen;
    for (unsigned i = 0; i < options.threads; ++i) {
      workers.push_back(std::make_unique<Worker>(engine, options, seen, progress));
    }
    Portions portions(feed, progress);
    read_all(portions, engine, options, workers, progress, stop);
    TW_TRY(portions.outcome(stop));
  }
  Totals& all = workers.front()->totals;
  for (std::size_t i = 1; i < workers.size(); ++i) {
    TW_TRY(all.merge(std::move(workers[i]->totals)));
    workers[i].reset();
  }
  if (all.failure) return tl::unexpected(*all.failure);
  for (const auto& [activity, events] : options.counted) all.count(activity, events);
  ScanResult result = TW_TRY(assemble(all, engine.rules(), options, on_event));
  result.inputs = progress.inputs;
  return result;
}

}  // namespace trailwarden::scan
