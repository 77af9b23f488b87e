// Where `digest --sink` sends a page, and what is known of it having been sent: a run that is
// killed, or whose receivers are away, is finished by the next one of the same command.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "cli/options.h"
#include "digest/facts.h"
#include "digest/page.h"
#include "publish/messages.h"
#include "publish/place.h"
#include "store/store.h"

namespace trailwarden::cli {

// Where pages go.
struct DigestTargets {
  std::vector<publish::Place> places;
  publish::Sinks sinks;

  // Of what `--sink` says; nothing said is the standard output. Error: Usage (what takes no
  // digest, a secret that is missing), or what the AWS session says.
  static Result<DigestTargets> open(const Request& request, const std::vector<std::string>& specs);
};

// What pages of this request are put with.
publish::PlaceMeans place_means(const Request& request);

// A digest's name in messages and places: "digest-20261122T070000Z-1f6b4a2c". `what`: tells it from
// others of the same moment.
std::string digest_id(UnixSeconds moment, std::string_view what);

class DigestDelivery {
 public:
  // Looks at what an earlier run left in the state folder, or beside --checkpoint. Error: Usage, or
  // another run of the same command is at work.
  static Result<std::unique_ptr<DigestDelivery>> open(const Request& request);

  // Whether an earlier run wrote the page and put it into the outbox: what is left is send().
  bool is_written() const { return facts_.has_value(); }

  // Puts the page where whole pages go, then notes what there is to be sent. Error: a place that
  // does not take it; nothing was sent then.
  Result<void> take(const digest::Page& page, const digest::Facts& facts,
                    const std::stop_token& stop);
  // Of the page that was taken.
  const digest::Facts& facts() const { return *facts_; }
  // Sends what was not sent yet. Answers what could not be: the next run tries again.
  Result<std::vector<publish::Unsent>> send(const std::stop_token& stop);
  // Everybody has the page: forgets it, unless the user named the checkpoint.
  void finish();

 private:
  DigestDelivery(const Request& request, DigestTargets targets)
      : request_(request), targets_(std::move(targets)) {}
  bool needs_memory() const;
  Result<void> open_memory();
  Result<void> begin();

  const Request& request_;
  DigestTargets targets_;
  std::filesystem::path path_;  // Of the store; empty: everything goes to files or stdout.
  std::unique_ptr<store::Store> store_;
  std::string id_;
  std::optional<digest::Facts> facts_;
};

}  // namespace trailwarden::cli
