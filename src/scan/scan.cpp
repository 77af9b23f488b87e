#include "scan/scan.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "scan/assemble.h"
#include "scan/portions.h"
#include "scan/worker.h"

namespace trailwarden::scan {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

// Every worker takes the next portion until there is none, or somebody asks to stop.
void read_all(Portions& portions, const engine::Engine& engine, Workers& workers,
              Progress& progress, const std::stop_token& stop) {
  const auto work = [&](Worker& worker) {
    cloudtrail::Reader reader(engine.matcher().projection(), engine.shape(), progress.read);
    while (auto next = portions.next(stop)) reader.read(next->portion, worker, stop);
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i) {
    threads.emplace_back([&work, &worker = *workers[i]] { work(worker); });
  }
  work(*workers.front());
}

// All that the workers made, in the first one.
Result<void> merge_into_first(Workers& workers) {
  Worker& all = *workers.front();
  for (std::size_t i = 0; i < workers.size(); ++i) {
    Worker& worker = *workers[i];
    if (worker.failure) return tl::unexpected(*worker.failure);
    if (i == 0) continue;
    all.tally.merge(worker.tally);
    all.problems.merge(worker.problems);
    if (worker.first) all.first = all.first ? std::min(*all.first, *worker.first) : *worker.first;
    if (worker.last) all.last = all.last ? std::max(*all.last, *worker.last) : *worker.last;
    TW_TRY(all.sightings.take(std::move(worker.sightings)));
    TW_TRY(all.safe.take(std::move(worker.safe)));
    workers[i].reset();
  }
  return {};
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
    read_all(portions, engine, workers, progress, stop);
    TW_TRY(portions.outcome(stop));
  }
  TW_TRY(merge_into_first(workers));
  ScanResult result = TW_TRY(assemble(*workers.front(), engine.rules(), options, on_event));
  result.inputs = progress.inputs;
  return result;
}

}  // namespace trailwarden::scan
