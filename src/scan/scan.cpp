#include "scan/scan.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "cloudtrail/inputs.h"
#include "scan/assemble.h"
#include "scan/worker.h"

namespace trailwarden::scan {
namespace {

// The largest files first: a worker that gets one last would work alone at the end.
void order_for_workers(std::vector<cloudtrail::Slice>& slices) {
  std::stable_sort(slices.begin(), slices.end(),
                   [](const cloudtrail::Slice& left, const cloudtrail::Slice& right) {
                     return left.bytes > right.bytes;
                   });
}

using Workers = std::vector<std::unique_ptr<Worker>>;

// Every worker takes the next slice until there is none, or somebody asks to stop.
void read_all(const std::vector<cloudtrail::Slice>& slices, const engine::Engine& engine,
              Workers& workers, Progress& progress, const std::stop_token& stop) {
  std::atomic<std::size_t> next{0};
  const auto work = [&](Worker& worker) {
    cloudtrail::Reader reader(engine.matcher().projection(), engine.shape(), progress.read);
    for (std::size_t i; (i = next.fetch_add(1)) < slices.size() && !stop.stop_requested();) {
      reader.read(slices[i], worker, stop);
    }
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

std::uint64_t count_inputs(const std::vector<cloudtrail::Slice>& slices) {
  return static_cast<std::uint64_t>(
      std::count_if(slices.begin(), slices.end(),
                    [](const cloudtrail::Slice& slice) { return slice.begin == 0; }));
}

}  // namespace

Result<ScanResult> scan(const engine::Engine& engine, const ScanOptions& options,
                        Progress& progress, const std::stop_token& stop, const OnEvent& on_event) {
  cloudtrail::Plan plan = TW_TRY(cloudtrail::plan(options.inputs));
  order_for_workers(plan.slices);
  for (const cloudtrail::Slice& slice : plan.slices) progress.bytes_total += slice.bytes;

  Workers workers;
  {
    RepeatSet seen;
    for (unsigned i = 0; i < options.threads; ++i) {
      workers.push_back(std::make_unique<Worker>(engine, options, seen, progress));
    }
    read_all(plan.slices, engine, workers, progress, stop);
  }
  if (stop.stop_requested()) return fail(ErrorCode::Io, "interrupted before all was read");
  TW_TRY(merge_into_first(workers));
  Worker& all = *workers.front();
  for (const cloudtrail::Problem& problem : plan.problems) all.problems.add(problem);

  ScanResult result = TW_TRY(assemble(all, engine.rules(), options, on_event));
  result.inputs = count_inputs(plan.slices);
  return result;
}

}  // namespace trailwarden::scan
