// Any bytes: no harm, every record visited or reported once, and the same whatever the window and
// whether the bytes are in memory or come in pieces.
// The first byte chooses the small window, its highest bit whether any object is a record.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "cloudtrail/byte_stream.h"
#include "cloudtrail/envelope.h"
#include "cloudtrail/feed.h"
#include "cloudtrail/reader.h"

namespace {

using namespace trailwarden;
using namespace trailwarden::cloudtrail;

struct Kept final : RecordVisitor {
  explicit Kept(const EnvelopeFields& envelope_fields) : envelope(envelope_fields) {}
  void on_record(const RawRecord& record) override {
    envelope.fill(record);
    event.clear();
    envelope.append_json(record, event);
    told.emplace_back(-1, record.offset, std::string(record.text));
  }
  void on_problem(const Problem& problem) override {
    told.emplace_back(static_cast<int>(problem.kind), problem.offset, problem.cause);
  }
  const EnvelopeFields& envelope;
  std::string event;
  std::vector<std::tuple<int, std::uint64_t, std::string>> told;
};

// Bytes as a file or a pipe hands them out.
class Pieces final : public ByteStream {
 public:
  Pieces(std::string_view bytes, std::size_t piece_max) : rest_(bytes), piece_max_(piece_max) {}
  std::size_t read(std::span<char> into) override {
    return rest_.read(into.first(std::min(into.size(), piece_max_)));
  }

 private:
  MemoryStream rest_;
  const std::size_t piece_max_;
};

// A reader is used again, as a thread would, so that what one input leaves behind meets the next.
class Reading {
 public:
  enum class Take { Records, AnyObjects };
  Reading(Take take, std::size_t window_bytes)
      : Reading(json::ProjectionBuilder{}, take, window_bytes) {}

  auto read(std::string_view bytes) {
    Kept kept(envelope_);
    reader_.read_bytes(bytes, "fuzz", kept, {});
    return std::move(kept.told);
  }
  auto read_in_pieces(std::string_view bytes, std::size_t piece_max) {
    Kept kept(envelope_);
    Portion portion;
    portion.slice.path = "fuzz";
    portion.stream = std::make_unique<Pieces>(bytes, piece_max);
    reader_.read(portion, kept, {});
    return std::move(kept.told);
  }

 private:
  Reading(json::ProjectionBuilder builder, Take take, std::size_t window_bytes)
      : shape_(take == Take::Records ? RecordShape::add_to(builder) : RecordShape::any_object()),
        envelope_(EnvelopeFields::add_to(builder)),
        reader_(std::move(builder).build(), shape_, progress_, {.window_bytes = window_bytes}) {}

  ReadProgress progress_;
  RecordShape shape_;
  EnvelopeFields envelope_;
  Reader reader_;
};

bool is_same_in_pieces(Reading::Take take, std::string_view bytes, std::size_t choice) {
  constexpr std::size_t kSmall[] = {16, 61, 300, 1024};
  static std::map<std::pair<Reading::Take, std::size_t>, Reading> readings;
  const auto reading = [&](std::size_t window_bytes) -> Reading& {
    return readings.try_emplace({take, window_bytes}, take, window_bytes).first->second;
  };
  const std::size_t small = kSmall[choice % std::size(kSmall)];
  return reading(kWindowBytes).read(bytes) == reading(small).read_in_pieces(bytes, small);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto take = data[0] < 0x80 ? Reading::Take::Records : Reading::Take::AnyObjects;
  if (!is_same_in_pieces(take, bytes, data[0])) __builtin_trap();
  return 0;
}
