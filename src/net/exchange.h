// One request and its response on a connection.
#pragma once

#include <string_view>
#include <utility>

#include "net/connection.h"
#include "net/http.h"

namespace trailwarden::net {

// What is to be sent, and within which bounds. Everything it refers to outlives the exchange.
struct Order {
  std::string_view method;
  std::string_view head;  // The request's line and header fields.
  std::string_view body;
  Limits limits;
  const OnBody* on_body = nullptr;
  SteadyTime until;  // When the whole exchange must be over.
  std::stop_token stop;
};

class Exchange {
 public:
  explicit Exchange(Order order) : order_(std::move(order)) {}

  // Sends and receives, once. Failure: Timeout, Cancelled, Broken, TooLarge; `sent` is the truth.
  Outcome<Response> run(Connection& connection);

  // Whether the connection may carry another exchange.
  bool is_reusable() const { return is_reusable_; }
  // Whether at least one byte of a response came.
  bool is_answered() const { return is_answered_; }

 private:
  Outcome<void> send(Connection& connection, std::string_view bytes);
  Outcome<void> send_all(Connection& connection);
  Outcome<Response> receive(Connection& connection);
  Outcome<Response> receive_one(Connection& connection);
  Wait wait() const;

  Order order_;
  bool is_sent_ = false;
  bool is_answered_ = false;
  bool is_reusable_ = false;
};

}  // namespace trailwarden::net
