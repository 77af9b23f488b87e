// Any bytes: no harm, every record visited or reported once, and the same whatever the window.
// The first byte chooses the small window.
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
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
    told.emplace_back(static_cast<int>(problem.kind), problem.offset, std::string());
  }
  const EnvelopeFields& envelope;
  std::string event;
  std::vector<std::tuple<int, std::uint64_t, std::string>> told;
};

Kept read(std::string_view bytes, std::size_t window_bytes) {
  json::ProjectionBuilder builder;
  const RecordShape shape = RecordShape::add_to(builder);
  const EnvelopeFields envelope = EnvelopeFields::add_to(builder);
  ReadProgress progress;
  Kept kept(envelope);
  Reader(std::move(builder).build(), shape, progress, {.window_bytes = window_bytes})
      .read_bytes(bytes, "fuzz", kept, {});
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t small_window = 16 + 4 * std::size_t{data[0]};
  if (read(bytes, kWindowBytes).told != read(bytes, small_window).told) __builtin_trap();
  return 0;
}
