#include "net/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "base/ascii.h"
#include "net/wire.h"

namespace trailwarden::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// How long a client may take to read why it was refused, after we said all.
constexpr std::chrono::milliseconds kLinger{1'000};
// What may be read beyond a header in one go.
constexpr std::size_t kReadAhead = std::size_t{64} << 10;

bool is_http_error(const boost::system::error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_version).category();
}

// Where the request wants to go; nullopt: it does not say so in a way that can be trusted.
std::optional<Url> url_of(const http::request<http::string_body>& message) {
  const std::string target(message.target());
  const auto hosts = message.equal_range(http::field::host);
  const auto count = std::distance(hosts.first, hosts.second);
  if (count > 1 || (count == 0 && message.version() >= 11)) return std::nullopt;
  std::string text = target;  // A whole URL, as proxies are sent it; else a path.
  if (target.starts_with('/')) {
    const std::string host(count == 0 ? "localhost" : hosts.first->value());
    if (host.find_first_of("/?#") != std::string::npos) return std::nullopt;
    text = "http://" + host + target;
  }
  auto url = parse_url(text);
  if (!url) return std::nullopt;
  return *std::move(url);
}

}  // namespace

Session::Session(Serving& serving, asio::ip::tcp::socket socket)
    : serving_(serving),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      buffer_(serving.options.header_bytes + kReadAhead) {
  Error error;
  const auto endpoint = socket_.remote_endpoint(error);
  if (!error) peer_ = endpoint.address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  serving_.sessions.add(this);
}

Session::~Session() {
  if (is_served_) --serving_.served;
  serving_.sessions.remove(this);
}

void Session::serve() {
  is_served_ = true;
  ++serving_.served;
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->wait_for_request(); });
}

void Session::refuse() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->send_own(503); });
}

void Session::end(bool at_once) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), at_once] {
    if (at_once || self->phase_ == Phase::Idle) self->close();
  });
}

void Session::bound(std::chrono::milliseconds span) {
  timed_out_ = false;
  timer_.expires_after(span);
  timer_.async_wait([weak = weak_from_this()](const Error& error) {
    const auto self = weak.lock();
    // A wait that was replaced is cancelled, but may have been on its way here already.
    if (error || !self || self->timer_.expiry() > asio::steady_timer::clock_type::now()) return;
    self->timed_out_ = true;
    Error ignored;
    self->socket_.cancel(ignored);
  });
}

void Session::wait_for_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(serving_.options.header_bytes));
  parser_->body_limit(serving_.options.body_bytes);
  phase_ = Phase::Idle;
  if (serving_.is_stopping) return close();
  if (buffer_.size() > 0) return read_header();
  bound(serving_.options.idle);
  socket_.async_wait(socket_.wait_read, [self = shared_from_this()](const Error& error) {
    if (error) return self->close();
    self->read_header();
  });
}

void Session::read_header() {
  phase_ = Phase::Busy;
  bound(serving_.options.header);
  http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](const Error& error, std::size_t) { self->on_header(error); });
}

void Session::on_header(const Error& error) {
  if (error) return give_up(error);
  const auto expect = parser_->get()[http::field::expect];
  if (!equal_ignoring_case({expect.data(), expect.size()}, "100-continue")) return read_body();
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](const Error& failed, std::size_t) {
                      if (failed) return self->give_up(failed);
                      self->read_body();
                    });
}

void Session::read_body() {
  bound(serving_.options.body);
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](const Error& error, std::size_t) {
                     if (error) return self->give_up(error);
                     self->answer();
                   });
}

void Session::answer() {
  timer_.cancel();  // The handler takes as long as it takes.
  auto& message = parser_->get();
  auto url = url_of(message);
  if (!url) return send_own(400);
  Request request;
  request.method = std::string(message.method_string());
  request.url = *std::move(url);
  for (const auto& field : message) {
    request.headers.emplace_back(field.name_string(), field.value());
  }
  request.body = std::move(message.body());
  Response response;
  try {
    response = serving_.handler(request, peer_);
  } catch (...) {  // Whatever it was, it ends here: this thread serves others too.
    response = {500, {}, {}};
  }
  // HTTP/1.0 would have to be promised a kept connection in words; nobody needs that any more.
  send(response, message.version() >= 11 && parser_->keep_alive() && !serving_.is_stopping);
}

void Session::give_up(const Error& error) {
  if (timed_out_) return parser_->got_some() ? send_own(408) : close();
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return send_own(431);
  }
  if (error == http::error::body_limit) return send_own(413);
  // An end in mid-request has nobody left to tell.
  if (error == http::error::end_of_stream || error == http::error::partial_message) return close();
  is_http_error(error) ? send_own(400) : close();
}

void Session::send_own(unsigned status) {
  Response response{status, {}, {}};
  if (status == 503) response.headers = {{"Retry-After", "1"}};
  send(response, false);
}

void Session::send(const Response& response, bool keep) {
  phase_ = Phase::Busy;
  const bool is_head = parser_ && parser_->get().method() == http::verb::head;
  out_ = response_text(response, {.is_head = is_head, .keep = keep});
  bound(serving_.options.response);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this(), keep](const Error& error, std::size_t) {
                      if (error) return self->close();
                      keep ? self->wait_for_request() : self->linger();
                    });
}

// Closing with bytes unread would reset the connection, and the client might never see the answer.
void Session::linger() {
  phase_ = Phase::Lingering;
  Error ignored;
  socket_.shutdown(socket_.shutdown_send, ignored);
  bound(kLinger);
  buffer_.clear();
  discard();
}

void Session::discard() {
  socket_.async_read_some(buffer_.prepare(kReadAhead),
                          [self = shared_from_this()](const Error& error, std::size_t) {
                            if (error) return self->close();
                            self->discard();
                          });
}

void Session::close() {
  timer_.cancel();
  Error ignored;
  socket_.close(ignored);
}

}  // namespace trailwarden::net
