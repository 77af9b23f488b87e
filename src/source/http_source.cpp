#include "source/http_source.h"

#include <utility>

namespace trailwarden::source {
namespace {

// Those whose events wait hold a thread each; the others are for those who are told no.
constexpr unsigned kSpareThreads = 4;

}  // namespace

Result<std::unique_ptr<HttpSource>> HttpSource::open(const HttpSetup& setup) {
  TW_TRY(net::check_keys(setup.rules.keys, setup.address));
  std::unique_ptr<HttpSource> source(new HttpSource(setup.rules));
  net::ServerOptions options;
  options.address = setup.address;
  options.port = setup.port;
  options.threads = static_cast<unsigned>(setup.rules.waiting_max) + kSpareThreads;
  options.body_bytes = setup.rules.batch_bytes_max;
  options.response = setup.rules.deadline + options.response;
  source->server_ = TW_TRY(net::Server::start(
      options, [&intake = source->intake_](const net::Request& request, const std::string&) {
        return intake.answer(request);
      }));
  return source;
}

HttpSource::~HttpSource() { intake_.close(); }

Result<std::optional<Delivery>> HttpSource::next(const std::stop_token& stop) {
  return intake_.next(stop);
}

void HttpSource::done(Receipt receipt) { intake_.settle(receipt, true); }

void HttpSource::failed(Receipt receipt, std::string_view) { intake_.settle(receipt, false); }

void HttpSource::close() {
  intake_.close();
  server_->stop();
}

}  // namespace trailwarden::source
