// What a running watch says of itself: one line an occasion, for people or as JSON for machines.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace trailwarden::watch {

enum class LogLevel : std::uint8_t { Info, Warning, Error };
enum class LogForm : std::uint8_t { Text, Json };

// Safe for any number of threads. Texts may be hostile: control characters are written out.
class Log {
 public:
  using Field = std::pair<std::string_view, std::string_view>;
  // Takes one line, without its end.
  using Write = std::function<void(std::string_view line)>;
  // The time in milliseconds since 1970.
  using Clock = std::function<std::int64_t()>;

  Log(LogForm form, Clock now, Write write)
      : form_(form), now_(std::move(now)), write_(std::move(write)) {}

  // {"time":"…","level":"warning","message":"…","sink":"…"}, or "trailwarden: …: sink=…".
  void say(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {});
  // The same, but at most kNotesPerSecond: an outage has many victims, and each says so. How many
  // were left out is said when there is room again.
  void note(std::string_view message);

 private:
  static constexpr unsigned kNotesPerSecond = 10;

  const LogForm form_;
  const Clock now_;
  const Write write_;
  std::mutex mutex_;
  std::int64_t second_ = 0;
  unsigned said_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace trailwarden::watch
