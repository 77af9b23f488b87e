// What the reader bounds, and why. Everything from a log is hostile, its size included.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trailwarden::cloudtrail {

inline constexpr std::size_t kKibibyte = 1024;
inline constexpr std::size_t kMebibyte = 1024 * kKibibyte;

// Text that is indexed at once. Text and token offsets together stay in a 1 MiB L2 cache.
inline constexpr std::size_t kWindowBytes = 256 * kKibibyte;

// CloudTrail sends records of at most 256 KiB (User Guide, quotas); exports that unfold nested
// JSON are larger. A window never grows beyond this, so memory stays flat.
inline constexpr std::size_t kRecordBytesMax = 4 * kMebibyte;

// Wrappers around wrappers: an SQS body that holds an SNS message that holds an EventBridge event
// is three levels deep. Twice that is no longer delivery but an attack on our stack.
inline constexpr std::uint32_t kNestingMax = 6;

// gzip files up to this size are inflated whole by libdeflate (twice as fast as zlib); CloudTrail's
// own files nearly always are. Larger ones are streamed in windows.
inline constexpr std::size_t kOneShotCompressedMax = 4 * kMebibyte;
inline constexpr std::size_t kOneShotInflatedMax = 16 * kMebibyte;

// A gzip bomb inflates to more than this, and at more than this ratio. CloudTrail's own files stay
// below 40:1; deflate cannot exceed 1032:1 in one layer.
inline constexpr std::uint64_t kBombInflatedBytes = 64 * kMebibyte;
inline constexpr std::uint64_t kBombRatio = 250;

// How much of an input's beginning tells its layout (NDJSON or documents).
inline constexpr std::size_t kSniffBytes = 64 * kKibibyte;

// Plain NDJSON files are split into slices of about this size, so that threads share one file.
inline constexpr std::uint64_t kSliceBytes = 16 * kMebibyte;

// Text walked in vain while looking for the next record behind damage, for each file: a file made
// of nothing but false beginnings would cost time without bound.
inline constexpr std::uint64_t kResyncBytesMax = 64 * kMebibyte;

// Folders inside folders.
inline constexpr std::uint32_t kFolderDepthMax = 64;

}  // namespace trailwarden::cloudtrail
