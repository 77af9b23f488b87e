// What a watch tells those who look after it: is it alive, is it ready, how is it doing.
#pragma once

#include "net/guard.h"
#include "net/http.h"
#include "watch/metrics.h"
#include "watch/watch.h"

namespace trailwarden::watch {

// GET /healthz: 200 while the process answers at all. GET /readyz: 200 while events are taken and
// stored, else 503 and why. GET /metrics: Prometheus' text format; where the guard has keys with
// "Authorization: Bearer KEY". Any other path is answered 404.
net::Response answer_status(const net::Request& request, const net::Guard& guard,
                            const Watch& watch, const Metrics& metrics);

}  // namespace trailwarden::watch
