// A small HTTP server on a port of loopback, answered by a function: stands in for metadata
// services, the SSO portal and whatever else answers over plain HTTP.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trailwarden::aws {

struct LocalRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // By names in lower case.
  std::string body;

  std::string header(const std::string& name) const {
    const auto entry = headers.find(name);
    return entry == headers.end() ? "" : entry->second;
  }
};

struct LocalReply {
  int status = 200;
  std::string body{};
  std::string headers{};   // Whole lines, each with CRLF.
  bool is_silent = false;  // Reads the request, and then says nothing at all.
};

// One connection at a time, one exchange a connection.
class LocalHttp {
 public:
  using Answer = std::function<LocalReply(const LocalRequest&)>;

  explicit LocalHttp(Answer answer);
  ~LocalHttp();
  LocalHttp(const LocalHttp&) = delete;
  LocalHttp& operator=(const LocalHttp&) = delete;

  std::string url() const;  // "http://127.0.0.1:PORT"
  std::vector<LocalRequest> requests() const;

 private:
  void run(const std::stop_token& stop);
  void serve(int socket, const std::stop_token& stop);

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<LocalRequest> requests_;
  std::jthread thread_;
};

}  // namespace trailwarden::aws
