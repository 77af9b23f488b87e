// A service on loopback that gives prepared answers and keeps what it was asked.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "model/provider.h"
#include "net/server.h"

namespace trailwarden::model {

class Scripted {
 public:
  // The last reply is given again and again.
  explicit Scripted(std::vector<net::Response> replies) : replies_(std::move(replies)) {
    auto server = net::Server::start(
        {}, [this](const net::Request& request, const std::string&) { return answer(request); });
    EXPECT_TRUE(server);
    server_ = std::move(server).take();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  std::vector<net::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  boost::json::object body(std::size_t index = 0) const {
    return boost::json::parse(requests().at(index).body).get_object();
  }
  std::string header(const std::string& name, std::size_t index = 0) const {
    const net::Request request = requests().at(index);
    for (const auto& [field, value] : request.headers) {
      if (equal(field, name)) return value;
    }
    return "(none)";
  }

 private:
  static bool equal(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return std::tolower(x) == std::tolower(y); });
  }
  net::Response answer(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return replies_.at(std::min(requests_.size(), replies_.size()) - 1);
  }

  std::vector<net::Response> replies_;
  mutable std::mutex mutex_;
  std::vector<net::Request> requests_;
  std::unique_ptr<net::Server> server_;  // Last: stopped before what it uses.
};

inline net::Response json_reply(std::string body, unsigned status = 200,
                                std::vector<net::Header> headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  return {status, std::move(headers), std::move(body)};
}

inline Request a_question() {
  return {.system = "Be brief.",
          .turns = {{Role::User, "What is \"this\"?\n"}},
          .form = AnswerForm{"report", "Reports.", R"({"type":"object","properties":{}})"},
          .max_tokens = 300};
}

constexpr std::chrono::milliseconds kTime{10'000};

}  // namespace trailwarden::model
