// Any line of a crontab: read or refused; what is read names moments that agree with each other.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "watch/cron.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trailwarden::watch::Cron;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto cron = Cron::parse(line);
  if (!cron) return 0;
  constexpr trailwarden::UnixSeconds kStart = 1'772'438'399;  // 2026-03-02T07:59:59Z
  const auto next = cron->next(kStart);
  const auto previous = cron->previous(kStart);
  if (!next || !previous || *next <= kStart || *previous > kStart) __builtin_trap();
  if (*next % 60 != 0 || *previous % 60 != 0) __builtin_trap();
  // Nothing is between them, and each is found from the other.
  if (cron->next(*previous) != next || cron->previous(*next - 1) != previous) __builtin_trap();
  if (cron->previous(*next) != next) __builtin_trap();
  return 0;
}
