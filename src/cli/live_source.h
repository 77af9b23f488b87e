// What `--source` says, opened.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "cli/options.h"
#include "source/live_source.h"
#include "store/store.h"
#include "watch/watch.h"

namespace trailwarden::cli {

struct OpenedSource {
  std::unique_ptr<source::LiveSource> source;
  std::optional<watch::Checkpoint> checkpoint;  // Borrows from the source.
};

// s3://BUCKET/PREFIX, sqs:URL, lookup:REGIONS, http:ADDRESS:PORT, file:PATH or -, with the options
// that go with each; goes on where `store` says that it stopped. Error: Usage, no such source; or
// what the source says.
Result<OpenedSource> open_live_source(const Request& request, const store::Store& store,
                                      const source::Note& note);

// "127.0.0.1:8080", "[::1]:8080" or ":8080" (loopback).
struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace trailwarden::cli
