#include "aws/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

extern char** environ;

namespace trailwarden::aws {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kBlanks = " \t\r\n";
// How long a stop, or the end of a program whose children hold its output open, may go unnoticed.
constexpr int kLookEveryMs = 20;

// Takes the word that begins `rest`.
Result<std::string> take_word(std::string_view& rest) {
  std::string word;
  char quote = 0;
  while (!rest.empty()) {
    const char c = rest.front();
    if (quote == 0 && kBlanks.find(c) != kBlanks.npos) return word;
    rest.remove_prefix(1);
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'') {
      if (rest.empty()) return fail(ErrorCode::Syntax, "the command ends in a \\");
      const bool is_literal = quote == '"' && rest.front() != '"' && rest.front() != '\\';
      if (is_literal) word += '\\';
      word += rest.front();
      rest.remove_prefix(1);
    } else {
      word += c;
    }
  }
  if (quote != 0) return fail(ErrorCode::Syntax, "the command has a quotation that does not end");
  return word;
}

// A file descriptor and its end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  void set(int number) { number_ = number; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor from, to;
};

Result<void> open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::Io, "no pipe: " + std::generic_category().message(errno));
  }
  pipe.from.set(ends[0]);
  pipe.to.set(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {};
}

// How a child begins: no input, its output ours, and signals as a shell would leave them, whatever
// this process blocks or ignores.
class SpawnPlan {
 public:
  SpawnPlan(const Pipe& out, const Pipe& error) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.to.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, error.to.number(), STDERR_FILENO);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  Result<pid_t> run(const std::vector<std::string>& words) const {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int failure = ::posix_spawnp(&child, words[0].c_str(), &actions_, &attributes_,
                                       arguments.data(), environ);
    if (failure == 0) return child;
    return fail(ErrorCode::Io,
                "the command cannot be started: " + std::generic_category().message(failure));
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// A child that is killed, unless it ended, and always waited for.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (status_) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Its exit status, once it has ended.
  std::optional<int> status() {
    int status = 0;
    if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return status_;
  }

 private:
  const pid_t id_;
  std::optional<int> status_;
};

// Appends what can be read without waiting; closes the pipe at its end.
void drain(Descriptor& from, std::string& text, std::size_t bytes_max) {
  std::array<char, 4096> piece;
  while (from.number() >= 0 && text.size() <= bytes_max) {
    const ssize_t count = ::read(from.number(), piece.data(), piece.size());
    if (count > 0) {
      text.append(piece.data(), static_cast<std::size_t>(count));
    } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    } else {
      from.close();
    }
  }
}

void wait_for_output(const Pipe& out, const Pipe& error) {
  // poll() passes over negative descriptors, which closed ones are.
  std::array<pollfd, 2> ends = {{{out.from.number(), POLLIN, 0}, {error.from.number(), POLLIN, 0}}};
  ::poll(ends.data(), ends.size(), kLookEveryMs);
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> words;
  while (true) {
    command.remove_prefix(std::min(command.find_first_not_of(kBlanks), command.size()));
    if (command.empty()) return words;
    words.push_back(TW_TRY(take_word(command)));
  }
}

Result<ProcessResult> run_process(const std::vector<std::string>& words,
                                  const ProcessLimits& limits, const std::stop_token& stop) {
  if (words.empty()) return fail(ErrorCode::Syntax, "the command is empty");
  Pipe out;
  Pipe error;
  TW_TRY(open_pipe(out));
  TW_TRY(open_pipe(error));
  Child child(TW_TRY(SpawnPlan(out, error).run(words)));
  out.to.close();
  error.to.close();

  ProcessResult result;
  const auto deadline = Clock::now() + limits.time;
  while (true) {
    const auto status = child.status();  // Before the last look at what it printed.
    drain(out.from, result.out, limits.output_bytes);
    drain(error.from, result.error, limits.output_bytes);
    if (std::max(result.out.size(), result.error.size()) > limits.output_bytes) {
      return fail(ErrorCode::LimitExceeded, "the command prints too much");
    }
    if (status) {
      result.status = *status;
      return result;
    }
    if (stop.stop_requested()) return fail(ErrorCode::Io, "stopped");
    if (Clock::now() >= deadline) {
      return fail(ErrorCode::Io, "the command did not end within " +
                                     std::to_string(limits.time.count() / 1000) + " seconds");
    }
    wait_for_output(out, error);
  }
}

}  // namespace trailwarden::aws
