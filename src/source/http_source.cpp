#include "source/http_source.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace trailwarden::source {
namespace {

constexpr std::size_t kKeyCharactersMin = 16;
// Those whose events wait hold a thread each; the others are for those who are told no.
constexpr unsigned kSpareThreads = 4;

bool is_loopback(const std::string& address) {
  in_addr v4{};
  if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_writable_by_others(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

Result<void> check_keys(const std::vector<std::string>& keys, const std::string& where) {
  for (const std::string& key : keys) {
    if (key.size() < kKeyCharactersMin) {
      return fail(ErrorCode::Usage, "a key needs 16 characters at least", where);
    }
  }
  return {};
}

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

Result<std::vector<std::string>> read_http_keys(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return fail(ErrorCode::Io, "cannot read the keys: " + std::generic_category().message(errno),
                path);
  }
  if (is_writable_by_others(path)) {
    return fail(ErrorCode::Usage, "others than the owner can write to the file of keys", path);
  }
  std::vector<std::string> keys;
  for (std::string line; std::getline(file, line);) {
    std::string key = trimmed(line);
    if (!key.empty()) keys.push_back(std::move(key));
  }
  if (keys.empty()) return fail(ErrorCode::Usage, "there is no key in the file", path);
  TW_TRY(check_keys(keys, path));
  return keys;
}

Result<std::unique_ptr<HttpSource>> HttpSource::open(const HttpSetup& setup) {
  if (setup.rules.keys.empty() && !is_loopback(setup.address)) {
    return fail(ErrorCode::Usage, "whoever reaches this address could send events: set a key",
                setup.address);
  }
  TW_TRY(check_keys(setup.rules.keys, {}));
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
