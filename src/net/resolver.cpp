#include "net/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace trailwarden::net {
namespace {

struct Answer {
  int error = 0;  // As getaddrinfo() has it.
  std::vector<std::string> addresses;
};

// What the asking and the answering thread share; whoever is last frees it.
struct Question {
  std::mutex mutex;
  std::condition_variable_any answered;
  std::optional<Answer> answer;
};

bool is_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

Answer ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  Answer answer;
  answer.error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (answer.error != 0) return answer;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
        0) {
      continue;
    }
    if (std::find(answer.addresses.begin(), answer.addresses.end(), text) ==
        answer.addresses.end()) {
      answer.addresses.emplace_back(text);
    }
  }
  return answer;
}

const char* reason(int error) {
  switch (error) {
    case EAI_NONAME:
    case EAI_NODATA:
      return "no such host";
    case EAI_AGAIN:
      return "the name server does not answer";
    default:
      return gai_strerror(error);
  }
}

}  // namespace

Outcome<std::vector<std::string>> resolve(const std::string& host, const Wait& wait) {
  if (is_address(host)) return std::vector{host};
  auto question = std::make_shared<Question>();
  try {
    // Detached, the one place where that is right: getaddrinfo() cannot be interrupted and may hang
    // for half a minute; nobody must wait for it, and it touches nothing but what it owns.
    std::thread([question, host] {
      Answer answer = ask_system(host);
      const std::scoped_lock lock(question->mutex);
      question->answer = std::move(answer);
      question->answered.notify_all();
    }).detach();
  } catch (const std::system_error&) {
    return tl::unexpected(Failure{Failure::Kind::Resolve, false, "no thread to ask with"});
  }
  std::unique_lock lock(question->mutex);
  question->answered.wait_until(lock, wait.stop, wait.until,
                                [&] { return question->answer.has_value(); });
  if (!question->answer) {
    return tl::unexpected(
        wait.stop.stop_requested()
            ? Failure{Failure::Kind::Cancelled, false, "cancelled"}
            : Failure{Failure::Kind::Timeout, false, "the name server does not answer in time"});
  }
  if (question->answer->addresses.empty()) {
    return tl::unexpected(Failure{Failure::Kind::Resolve, false, reason(question->answer->error)});
  }
  return question->answer->addresses;
}

}  // namespace trailwarden::net
