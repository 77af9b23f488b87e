#include "shared_store/fields.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace trailwarden::shared_store {
namespace {

constexpr char kForm = 1;
constexpr int kCompressionLevel = 6;
// An item of DynamoDB's, inflated a hundredfold: more is none of ours.
constexpr std::uint64_t kInflatedMax = std::uint64_t{40} << 20;

void add_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// Small numbers of either sign become small ones without.
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

struct FreeCompressor {
  void operator()(libdeflate_compressor* one) const { libdeflate_free_compressor(one); }
  void operator()(libdeflate_decompressor* one) const { libdeflate_free_decompressor(one); }
};

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::Decode, "an item of the shared store cannot be read");
}

}  // namespace

FieldWriter& FieldWriter::text(std::string_view value) {
  number(static_cast<std::int64_t>(value.size()));
  bytes_ += value;
  return *this;
}

FieldWriter& FieldWriter::number(std::int64_t value) {
  add_varint(bytes_, zigzag(value));
  return *this;
}

FieldWriter& FieldWriter::optional(std::optional<std::int64_t> value) {
  bytes_ += value ? '\1' : '\0';
  return value ? number(*value) : *this;
}

std::string FieldWriter::packed() const {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(kCompressionLevel));
  std::string packed(1, kForm);
  add_varint(packed, bytes_.size());
  const std::size_t head = packed.size();
  packed.resize(head + libdeflate_deflate_compress_bound(compressor.get(), bytes_.size()));
  packed.resize(head + libdeflate_deflate_compress(compressor.get(), bytes_.data(), bytes_.size(),
                                                   packed.data() + head, packed.size() - head));
  return packed;
}

Result<FieldReader> FieldReader::unpack(std::string_view packed) {
  if (packed.empty()) return damaged();
  if (packed.front() != kForm) {
    return fail(ErrorCode::Unsupported,
                "an item of the shared store was written by a newer trailwarden");
  }
  std::size_t at = 1;
  const auto size = take_varint(packed, at);
  if (!size || *size > kInflatedMax) return damaged();
  std::string bytes(*size, '\0');
  const std::unique_ptr<libdeflate_decompressor, FreeCompressor> decompressor(
      libdeflate_alloc_decompressor());
  const libdeflate_result result =
      libdeflate_deflate_decompress(decompressor.get(), packed.data() + at, packed.size() - at,
                                    bytes.data(), bytes.size(), nullptr);
  if (result != LIBDEFLATE_SUCCESS) return damaged();
  return FieldReader(std::move(bytes));
}

std::uint64_t FieldReader::varint() {
  const auto value = take_varint(bytes_, at_);
  is_damaged_ = is_damaged_ || !value;
  return value.value_or(0);
}

std::string FieldReader::text() {
  const std::size_t size = count();
  std::string value = bytes_.substr(at_, size);
  at_ += size;
  return value;
}

std::int64_t FieldReader::number() { return unzigzag(varint()); }

triage::Verdict FieldReader::verdict() {
  return static_cast<triage::Verdict>(
      std::clamp<std::int64_t>(number(), 0, static_cast<std::int64_t>(triage::Verdict::Dangerous)));
}

std::optional<std::int64_t> FieldReader::optional() {
  return varint() == 0 ? std::nullopt : std::optional(number());
}

std::size_t FieldReader::count() {
  const std::int64_t value = number();
  is_damaged_ = is_damaged_ || value < 0 || static_cast<std::uint64_t>(value) > bytes_.size() - at_;
  return is_damaged_ ? 0 : static_cast<std::size_t>(value);
}

Result<void> FieldReader::finish() const {
  if (is_damaged_ || at_ != bytes_.size()) return damaged();
  return {};
}

}  // namespace trailwarden::shared_store
