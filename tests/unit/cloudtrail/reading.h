// How the tests of the reader read: a text in, what was visited and reported out.
#pragma once

#include <libdeflate.h>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudtrail/reader.h"

namespace trailwarden::cloudtrail {

// Keeps what a reader tells.
struct Kept final : RecordVisitor {
  std::vector<std::string> records;  // Their texts.
  std::vector<std::string> names;    // Their eventName.
  std::vector<std::uint64_t> offsets;
  std::vector<bool> enveloped;
  std::vector<Problem> problems;

  void on_record(const RawRecord& record) override {
    records.emplace_back(record.text);
    offsets.push_back(record.offset);
    enveloped.push_back(record.envelope_token != RawRecord::kNoEnvelope);
    names.emplace_back(record.found.text(name).value_or(""));
  }
  void on_problem(const Problem& problem) override { problems.push_back(problem); }

  std::size_t skipped() const {
    return count([](ProblemKind k) { return counts_as_skipped(k); });
  }
  std::size_t of(ProblemKind kind) const {
    return count([kind](ProblemKind k) { return k == kind; });
  }
  std::string told() const {
    std::string all;
    for (const Problem& problem : problems) all += to_string(problem) + "\n";
    return all;
  }

  json::FieldId name{};

 private:
  template <class Test>
  std::size_t count(Test&& test) const {
    std::size_t total = 0;
    for (const Problem& problem : problems) total += test(problem.kind) ? 1 : 0;
    return total;
  }
};

// One reader, as a thread would have it.
class Reading {
 public:
  enum class Take { Records, AnyObjects };
  explicit Reading(ReaderOptions options = {}, Take take = Take::Records)
      : Reading(json::ProjectionBuilder{}, options, take) {}

  Kept bytes(std::string_view bytes) {
    Kept kept = empty();
    reader_.read_bytes(bytes, "test", kept, {});
    return kept;
  }
  Kept slices(const std::vector<Slice>& slices) {
    Kept kept = empty();
    for (const Slice& slice : slices) reader_.read(slice, kept, {});
    return kept;
  }
  ReadProgress& progress() { return *progress_; }

 private:
  Reading(json::ProjectionBuilder builder, ReaderOptions options, Take take)
      : name_(builder.add("eventName")),
        shape_(take == Take::Records ? RecordShape::add_to(builder) : RecordShape::any_object()),
        reader_(std::move(builder).build(), shape_, *progress_, options) {}
  Kept empty() const {
    Kept kept;
    kept.name = name_;
    return kept;
  }

  std::unique_ptr<ReadProgress> progress_ = std::make_unique<ReadProgress>();
  json::FieldId name_;
  RecordShape shape_;
  Reader reader_;
};

// `text` as one gzip member.
inline std::string gzip(std::string_view text) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

// A record as CloudTrail writes it, of about 400 bytes.
inline std::string record(std::string_view event_name) {
  return R"({"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAX",)"
         R"("arn":"arn:aws:iam::111111111111:user/u","accountId":"111111111111","userName":"u"},)"
         R"("eventTime":"2024-08-01T13:33:28Z","eventSource":"iam.amazonaws.com","eventName":")" +
         std::string(event_name) +
         R"(","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"a \"q\" \u00e9",)"
         R"("requestParameters":{"list":[1,{"a":"}"},[]]},"responseElements":null,)"
         R"("eventID":"11111111-2222-3333-4444-555555555555","readOnly":false})";
}

// `text` as a JSON string, quotes included.
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte == '\n') {
      out += "\\n";
    } else {
      out += byte;
    }
  }
  return out + '"';
}

}  // namespace trailwarden::cloudtrail
