#include "watch/log.h"

#include "base/utc_time.h"
#include "json/writer.h"
#include "triage/log_text.h"

namespace trailwarden::watch {
namespace {

constexpr std::size_t kCharactersMax = 2000;

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "";
}

std::string as_text(LogLevel level, std::string_view message,
                    std::initializer_list<Log::Field> fields) {
  std::string line = "trailwarden: ";
  if (level == LogLevel::Error) line += "error: ";
  line += triage::shown(message, kCharactersMax);
  for (const auto& [name, value] : fields) {
    line += " ";
    line += name;
    line += "=";
    line += triage::shown(value, kCharactersMax);
  }
  return line;
}

std::string as_json(std::int64_t now, LogLevel level, std::string_view message,
                    std::initializer_list<Log::Field> fields) {
  std::string line;
  json::Writer json(line);
  json.begin_object();
  json.key("time").string(format_utc(now / 1000));
  json.key("level").string(to_string(level));
  json.key("message").string(triage::shown(message, kCharactersMax));
  for (const auto& [name, value] : fields) {
    json.key(name).string(triage::shown(value, kCharactersMax));
  }
  json.end_object();
  return line;
}

}  // namespace

void Log::say(LogLevel level, std::string_view message, std::initializer_list<Field> fields) {
  const std::string line = form_ == LogForm::Json ? as_json(now_(), level, message, fields)
                                                  : as_text(level, message, fields);
  const std::lock_guard lock(mutex_);
  write_(line);
}

void Log::note(std::string_view message) {
  std::uint64_t missing = 0;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t second = now_() / 1000;
    if (second != second_) {
      second_ = second;
      said_ = 0;
      missing = std::exchange(left_out_, 0);
    }
    if (++said_ > kNotesPerSecond) {
      ++left_out_;
      return;
    }
  }
  if (missing != 0) {
    say(LogLevel::Warning, std::to_string(missing) + " lines like these were left out");
  }
  say(LogLevel::Warning, message);
}

}  // namespace trailwarden::watch
