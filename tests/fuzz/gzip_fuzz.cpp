// Any bytes as a gzip file: no harm; in pieces of any size the same text; and where libdeflate
// reads the whole file, zlib's stream gives that text without a fault.
// The first byte chooses the size of the pieces.
#include <cstdint>
#include <string>
#include <string_view>

#include "cloudtrail/gzip.h"

namespace {

using namespace trailwarden::cloudtrail;

struct Streamed {
  std::string text;
  std::string faults;
  bool operator==(const Streamed&) const = default;
};

Streamed stream(Inflater& inflater, std::string_view file, std::size_t piece_bytes) {
  MemoryStream bytes(file);
  GzipStream gzip(inflater, bytes);
  Streamed result;
  std::string piece(piece_bytes, '\0');
  do {
    while (const std::size_t got = gzip.read({piece.data(), piece.size()})) {
      result.text.append(piece, 0, got);
    }
    if (!gzip.fault()) break;
    result.faults += std::to_string(gzip.fault()->offset) + gzip.fault()->cause + "\n";
    result.text += "|";
  } while (gzip.next_part());
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static Inflater inflater;
  const std::string_view file(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Streamed whole = stream(inflater, file, 64 * 1024);
  if (whole != stream(inflater, file, 1 + std::size_t{data[0]})) __builtin_trap();
  if (const auto at_once = inflater.whole(file)) {
    if (!whole.faults.empty() || *at_once != whole.text) __builtin_trap();
  }
  return 0;
}
