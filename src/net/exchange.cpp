// Boost.Beast's parser, fed by hand: the only part of Beast that a client with transports of its
// own needs.
#include "net/exchange.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>

namespace trailwarden::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t kHeaderMax = 64U << 10;
constexpr int kInterimMax = 16;  // 1xx responses before the real one.
// How long to look for an answer after the server stopped reading our request.
constexpr std::chrono::seconds kEarlyAnswerMax{2};

// A body as it comes: kept whole, or handed on piece by piece. The bound is kept here: the parser's
// own shrinks anew with each look at one chunk's header.
class Body {
 public:
  Body(std::size_t max, const OnBody* on_body) : max_(max), on_body_(on_body) {}

  std::size_t max() const { return max_; }
  bool is_refused() const { return is_refused_; }

  // It begins, and will have `length` bytes; 0: its header does not say.
  error_code begin(unsigned status, std::uint64_t length) {
    if (length > max_) return http::error::body_limit;
    is_handed_on_ = on_body_ != nullptr && status / 100 == 2;
    if (is_handed_on_) return {};
    expected_ = length;
    text_.reserve(length);
    return {};
  }

  // Where to read more of a body whose length is known, so that it need not be moved; empty:
  // anywhere. It grows with what came, not with what a peer says that will.
  std::span<char> room() {
    if (expected_ == 0) return {};
    text_.resize(std::min(expected_, received_ + kRoomMax));
    return std::span(text_).subspan(received_);
  }

  // What comes next, from room() or from anywhere.
  error_code add(std::string_view piece) {
    if (piece.size() > max_ - received_) return http::error::body_limit;
    if (is_handed_on_) {
      is_refused_ = !(*on_body_)(piece);
      if (is_refused_) return asio::error::operation_aborted;
    } else if (piece.data() != text_.data() + received_) {
      text_.replace(received_, text_.npos, piece);
    }
    received_ += piece.size();
    return {};
  }

  std::string take() {
    if (!is_handed_on_) text_.resize(received_);
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kRoomMax = std::size_t{256} << 10;

  const std::size_t max_;
  const OnBody* const on_body_;
  bool is_handed_on_ = false;
  bool is_refused_ = false;
  std::size_t expected_ = 0;
  std::size_t received_ = 0;
  std::string text_;  // What came, and room behind it.
};

// How the parser speaks to it.
struct BodyOfParser {
  using value_type = Body*;

  class reader {  // NOLINT(readability-identifier-naming): Beast asks for this name.
   public:
    template <bool is_request, class Fields>
    reader(http::header<is_request, Fields>& header, value_type& body)
        : header_(&header), body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, error_code& error) {
      error = body_->begin(header_->result_int(), length.value_or(0));
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      std::size_t size = 0;
      for (auto it = asio::buffer_sequence_begin(buffers);
           !error && it != asio::buffer_sequence_end(buffers); ++it) {
        const asio::const_buffer buffer = *it;
        error = body_->add({static_cast<const char*>(buffer.data()), buffer.size()});
        size += buffer.size();
      }
      return size;
    }

    void finish(error_code& error) { error = {}; }

   private:
    const http::header<false>* header_;
    Body* body_;
  };
};

using Parser = http::response_parser<BodyOfParser>;

tl::unexpected<Failure> failure(Failure::Kind kind, std::string message) {
  return tl::unexpected(Failure{kind, true, std::move(message)});
}

tl::unexpected<Failure> parse_failure(const error_code& error, const Body& body) {
  if (body.is_refused()) return failure(Failure::Kind::Cancelled, "the receiver ended it");
  if (error == http::error::body_limit) {
    return failure(Failure::Kind::TooLarge,
                   "the body is larger than " + std::to_string(body.max()) + " bytes");
  }
  if (error == http::error::header_limit || error == http::error::need_more) {
    return failure(Failure::Kind::Broken, "the header fields are larger than 64 KiB");
  }
  if (error == http::error::partial_message) {
    return failure(Failure::Kind::Broken, "the connection ended in mid-response");
  }
  return failure(Failure::Kind::Broken, "the response is not HTTP/1.1: " + error.message());
}

Response response_of(Parser& parser, Body& body) {
  Response response;
  response.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    response.headers.emplace_back(field.name_string(), field.value());
  }
  response.body = body.take();
  return response;
}

// Parses what is in the inbox; need_more once nothing in it can be understood without more.
error_code parse(Parser& parser, Inbox& inbox) {
  error_code error;
  while (!parser.is_done() && !error) {
    if (inbox.bytes().empty()) return http::error::need_more;
    const std::string_view bytes = inbox.bytes();
    inbox.consume(parser.put(asio::const_buffer(bytes.data(), bytes.size()), error));
  }
  return error;
}

}  // namespace

Wait Exchange::wait() const {
  const SteadyTime now = std::chrono::steady_clock::now();
  return {std::min(order_.until, after(now, order_.limits.silence)), order_.stop};
}

Outcome<void> Exchange::send(Connection& connection, std::string_view bytes) {
  while (!bytes.empty()) {
    auto size = connection.transport->write_some(bytes, wait());
    if (!size) {
      is_sent_ = is_sent_ || size.error().sent;
      return tl::unexpected(std::move(size).error());
    }
    is_sent_ = true;
    bytes.remove_prefix(*size);
  }
  return {};
}

Outcome<Response> Exchange::receive_one(Connection& connection) {
  Body body(order_.limits.body_bytes, order_.on_body);
  Parser parser{std::piecewise_construct, std::make_tuple(&body)};
  parser.header_limit(kHeaderMax);
  parser.body_limit(boost::none);
  // Neither has a body; after a CONNECT that succeeded the tunnel follows.
  parser.skip(order_.method == "HEAD" || order_.method == "CONNECT");
  parser.eager(true);
  Inbox& inbox = connection.inbox;
  for (;;) {
    error_code error = parse(parser, inbox);
    if (parser.is_done()) break;
    if (error != http::error::need_more || inbox.is_full()) return parse_failure(error, body);
    const std::span<char> room = body.room();
    auto size = connection.transport->read_some(room.empty() ? inbox.space() : room, wait());
    if (!size) return tl::unexpected(std::move(size).error());
    is_answered_ = is_answered_ || *size > 0;
    if (room.empty()) {
      inbox.filled(*size);
    } else if (*size > 0) {
      parser.put(asio::const_buffer(room.data(), *size), error);
      if (error) return parse_failure(error, body);
    }
    if (*size > 0) continue;
    if (!is_answered_) return failure(Failure::Kind::Broken, "the connection ended unanswered");
    error = {};
    if (parser.got_some()) parser.put_eof(error);  // It asserts what it could have said.
    if (error || !parser.is_done()) return parse_failure(http::error::partial_message, body);
    break;
  }
  is_reusable_ = parser.keep_alive() && inbox.bytes().empty();
  return response_of(parser, body);
}

Outcome<Response> Exchange::receive(Connection& connection) {
  for (int interim = 0; interim <= kInterimMax; ++interim) {
    auto response = receive_one(connection);
    if (!response || response->status >= 200) return response;
    if (response->status == 101) break;  // Nobody asked to switch protocols.
  }
  return failure(Failure::Kind::Broken, "interim responses only");
}

Outcome<void> Exchange::send_all(Connection& connection) {
  // Small bodies travel with their head, in one packet.
  constexpr std::size_t kTogetherMax = 16U << 10;
  if (order_.head.size() + order_.body.size() <= kTogetherMax) {
    return send(connection, std::string(order_.head).append(order_.body));
  }
  auto sent = send(connection, order_.head);
  return sent ? send(connection, order_.body) : sent;
}

Outcome<Response> Exchange::run(Connection& connection) {
  const auto sent = send_all(connection);
  Outcome<Response> response;
  if (sent) {
    response = receive(connection);
  } else {
    response = tl::unexpected(sent.error());
    if (sent.error().kind == Failure::Kind::Broken && is_sent_) {
      // A server that refuses a request in the midst of it may have said so before it closed.
      order_.until = std::min(order_.until, std::chrono::steady_clock::now() + kEarlyAnswerMax);
      auto early = receive(connection);
      if (early) response = std::move(early);
    }
  }
  is_reusable_ = is_reusable_ && sent && response;
  if (!response) response.error().sent = is_sent_;
  return response;
}

}  // namespace trailwarden::net
