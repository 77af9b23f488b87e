// Digests that `watch` makes by the clock (--digest-at): of what happened since the last one, each
// once, whatever was stopped or killed in between.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/digest_delivery.h"
#include "cli/digest_model.h"
#include "cli/options.h"
#include "digest/facts.h"
#include "engine/engine.h"
#include "store/store.h"
#include "watch/cron.h"
#include "watch/log.h"

namespace trailwarden::cli {

// CloudTrail delivers within a quarter of an hour: a digest is about what is older than that.
inline constexpr UnixSeconds kDigestDelay = UnixSeconds{15} * 60;

class ScheduledDigest {
 public:
  // All of it borrowed, and outlives the schedule.
  struct Setup {
    const Request& request;  // Of watch.
    const engine::Engine& engine;
    store::Store& store;
    watch::Log& log;
  };

  // nullptr without --digest-at. Error: Usage, or what a sink or a model needs and is not there.
  static Result<std::unique_ptr<ScheduledDigest>> open(const Setup& setup);

  // Where messages go that is not among `sinks` by name: to be sent to, and asked nothing else.
  std::vector<std::unique_ptr<sink::Sink>> sinks_besides(
      const std::vector<std::unique_ptr<sink::Sink>>& sinks) const;

  // Makes what is due, and what becomes due, until a stop is requested; `told`: there is something
  // to send. Lowers the priority of the thread that it is called on. The store remembers how far
  // digests go: one that was missed is made at once, as one for all that were missed.
  void run(const std::function<void()>& told, const std::stop_token& stop);

 private:
  struct Period {
    UnixSeconds since, until;
  };
  ScheduledDigest(const Setup& setup, watch::Cron when, DigestTargets targets)
      : setup_(setup), when_(when), targets_(std::move(targets)) {}

  Result<std::optional<Period>> due() const;
  Result<void> make(const Period& period, const std::stop_token& stop);
  Result<digest::Page> write(const Request& request, DigestModel* model,
                             const scan::ScanOptions& options, digest::Facts& facts,
                             const std::stop_token& stop);
  Result<void> publish(const digest::Page& page, const Period& period, const digest::Facts& facts,
                       const std::stop_token& stop);

  const Setup setup_;
  const watch::Cron when_;
  const DigestTargets targets_;
};

}  // namespace trailwarden::cli
