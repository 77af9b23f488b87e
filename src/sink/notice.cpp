#include "sink/notice.h"

#include <array>

namespace trailwarden::sink {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"opened",  "raised", "grown",
                                                    "opinion", "test",   "digest"};

}  // namespace

std::string_view to_string(NoticeKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<NoticeKind> notice_kind(std::string_view text) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds.at(i) == text) return static_cast<NoticeKind>(i);
  }
  return std::nullopt;
}

}  // namespace trailwarden::sink
