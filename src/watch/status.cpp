#include "watch/status.h"

#include <string_view>

namespace trailwarden::watch {
namespace {

net::Response text(unsigned status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

}  // namespace

net::Response answer_status(const net::Request& request, const net::Guard& guard,
                            const Watch& watch, const Metrics& metrics) {
  const std::string_view target = request.url.target;
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/healthz" && path != "/readyz" && path != "/metrics") return text(404, "not here\n");
  if (request.method != "GET" && request.method != "HEAD") return text(405, "only GET\n");
  if (path == "/healthz") return text(200, "ok\n");
  if (path == "/readyz") {
    // Why it is not may hold paths: that is in the log.
    return watch.trouble() ? text(503, "not ready\n") : text(200, "ready\n");
  }
  if (!guard.lets_in(request, "Authorization", "Bearer ")) return text(401, "a key is needed\n");
  return {200,
          {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
          metrics.render(watch.gauges())};
}

}  // namespace trailwarden::watch
