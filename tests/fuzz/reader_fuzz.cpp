// Any bytes: no harm, every record visited or reported once, and the same whatever the window.
// The first byte chooses the small window.
#include <cstdint>
#include <iterator>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "cloudtrail/envelope.h"
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

// A reader is used again, as a thread would, so that what one input leaves behind meets the next.
class Reading {
 public:
  explicit Reading(std::size_t window_bytes) : Reading(json::ProjectionBuilder{}, window_bytes) {}

  auto read(std::string_view bytes) {
    Kept kept(envelope_);
    reader_.read_bytes(bytes, "fuzz", kept, {});
    return std::move(kept.told);
  }

 private:
  Reading(json::ProjectionBuilder builder, std::size_t window_bytes)
      : shape_(RecordShape::add_to(builder)),
        envelope_(EnvelopeFields::add_to(builder)),
        reader_(std::move(builder).build(), shape_, progress_, {.window_bytes = window_bytes}) {}

  ReadProgress progress_;
  RecordShape shape_;
  EnvelopeFields envelope_;
  Reader reader_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  static Reading usual(kWindowBytes);
  static Reading small[] = {Reading(16), Reading(61), Reading(300), Reading(1024)};
  if (usual.read(bytes) != small[data[0] % std::size(small)].read(bytes)) __builtin_trap();
  return 0;
}
