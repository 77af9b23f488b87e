// Work for several threads, each with decompressors of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <stop_token>
#include <thread>
#include <vector>

#include "integrity/unpack.h"

namespace trailwarden::integrity {

// Calls work(i, unpacker) once for every i below `count`, in any order, until a stop is requested.
template <class Work>
void share_out(std::size_t count, unsigned threads, const std::stop_token& stop, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    Unpacker unpacker;
    for (std::size_t i; !stop.stop_requested() && (i = next.fetch_add(1)) < count;) {
      work(i, unpacker);
    }
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) helpers.emplace_back(run);
  run();
}

}  // namespace trailwarden::integrity
