// The whole verification against a store in memory: threads, failures, keys that are asked for.
// What tampering is named is tests/cli/verify_test.py's.
#include "integrity/verify.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <map>
#include <set>

#include "integrity/digest.h"
#include "integrity/sha256.h"
#include "signer.h"

namespace trailwarden::integrity {
namespace {

std::string pack(const std::string& text) {
  libdeflate_compressor* packer = libdeflate_alloc_compressor(1);
  std::string packed(libdeflate_gzip_compress_bound(packer, text.size()), '\0');
  packed.resize(
      libdeflate_gzip_compress(packer, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(packer);
  return packed;
}

class Bytes final : public ObjectBytes {
 public:
  Bytes(std::string bytes, std::string failure)
      : bytes_(std::move(bytes)), failure_(std::move(failure)) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t size = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(bytes_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }
  std::string failure() const override { return failure_; }

 private:
  std::string bytes_;
  std::string failure_;
  std::size_t at_ = 0;
};

// A bucket, some of whose objects cannot be read.
class MemoryStore final : public Store {
 public:
  struct Entry {
    std::string bytes;
    Metadata metadata;
  };
  std::map<std::string, Entry> objects;
  std::set<std::string> refused;   // get() fails.
  std::set<std::string> breaking;  // Reading breaks off.
  bool lists = true;

  std::string top() const override { return ""; }
  std::optional<std::string> bucket() const override { return "bucket"; }

  Result<std::vector<std::string>> folders(const std::string& folder) override {
    if (!lists) return fail(ErrorCode::Io, "no list today");
    std::set<std::string> names;
    for (const auto& [key, entry] : objects) {
      const std::size_t slash = key.find('/', folder.size());
      if (key.starts_with(folder) && slash != std::string::npos) {
        names.insert(key.substr(folder.size(), slash - folder.size()));
      }
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<void> files(const std::string& folder,
                     const std::function<void(std::string key)>& on_file) override {
    for (const auto& [key, entry] : objects) {
      if (key.starts_with(folder)) on_file(key);
    }
    return {};
  }

  Result<std::optional<StoredObject>> get(const std::string& key, Want want,
                                          const std::stop_token& /*stop*/) override {
    if (refused.count(key) != 0) return fail(ErrorCode::Io, "access denied");
    const auto found = objects.find(key);
    if (found == objects.end()) return std::nullopt;
    StoredObject object;
    const bool breaks = breaking.count(key) != 0;
    object.bytes =
        std::make_unique<Bytes>(breaks ? found->second.bytes.substr(0, 20) : found->second.bytes,
                                breaks ? "connection lost" : "");
    if (want == Want::BytesAndMetadata) object.metadata = found->second.metadata;
    return object;
  }
};

constexpr UnixSeconds kMorning = 1'773'216'091;  // 2026-03-11T08:01:31Z

std::string stamp(UnixSeconds time) {
  std::string text = format_utc(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

// A chain of `hours` digests of a region, each with two log files.
class Trail {
 public:
  Trail(MemoryStore& store, std::string region) : store_(store), region_(std::move(region)) {}

  void hour(UnixSeconds start) {
    const std::string end = stamp(start + 3600);
    std::string list;
    for (int i = 0; i < 2; ++i) {
      logs.push_back("AWSLogs/1/CloudTrail/" + region_ + "/2026/03/11/1_CloudTrail_" + region_ +
                     "_" + stamp(start + 1200).substr(0, 13) + "Z_" + std::to_string(i) +
                     ".json.gz");
      const std::string text = R"({"Records":[]})" + std::string(1000, ' ') + logs.back();
      store_.objects[logs.back()] = {pack(text), {}};
      list += std::string(i == 0 ? "" : ",") + R"({"s3Bucket":"bucket","s3Object":")" +
              logs.back() + R"(","hashValue":")" + to_hex(sha256(text)) + "\"}";
    }
    const std::string name = "AWSLogs/1/CloudTrail-Digest/" + region_ +
                             "/2026/03/11/1_CloudTrail-Digest_" + region_ + "_t_home_" + end +
                             ".json.gz";
    const std::string text =
        R"({"digestS3Bucket":"bucket","digestPublicKeyFingerprint":"f","digestS3Object":")" + name +
        R"(","digestStartTime":")" + format_utc(start) + R"(","digestEndTime":")" +
        format_utc(start + 3600) + "\"," + previous_ + R"("logFiles":[)" + list + "]}";
    const std::string hash = to_hex(sha256(text));
    const std::string signature = sign(string_to_sign(*parse_digest(text), hash));
    store_.objects[name] = {pack(text), {{"signature", signature}}};
    previous_ = R"("previousDigestS3Bucket":"bucket","previousDigestS3Object":")" + name +
                R"(","previousDigestHashValue":")" + hash + R"(","previousDigestSignature":")" +
                signature + "\",";
    digests.push_back(name);
  }

  std::vector<std::string> digests, logs;

 private:
  MemoryStore& store_;
  std::string region_;
  std::string previous_ = R"("previousDigestSignature":null,)";
};

class Verify : public testing::Test {
 protected:
  Verify() {
    for (int i = 0; i < 6; ++i) {
      north.hour(kMorning + i * 3600);
      south.hour(kMorning + i * 3600);
    }
    EXPECT_TRUE(keys.add({"f", pkcs1(key()), std::nullopt, std::nullopt}));
  }

  Result<Findings> run() { return verify(store, keys, options, progress, stop.get_token()); }

  MemoryStore store;
  Trail north{store, "north"}, south{store, "south"};
  PublicKeys keys;
  Options options;
  Progress progress;
  std::stop_source stop;
};

TEST_F(Verify, AnyNumberOfThreads) {
  for (const unsigned threads : {1U, 2U, 8U}) {
    options.threads = threads;
    const auto findings = run();
    ASSERT_TRUE(findings);
    EXPECT_TRUE(findings->problems.empty());
    EXPECT_EQ(findings->digests.valid, 12U);
    EXPECT_EQ(findings->logs.valid, 24U);
  }
  EXPECT_EQ(progress.log_files.load(), 3 * 24U);
}

TEST_F(Verify, WhatCannotBeReadIsUnreadableAndNotTampered) {
  store.refused = {north.logs[2]};
  store.breaking = {north.logs[3]};
  const auto findings = run();
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->tampered());
  EXPECT_TRUE(findings->unreadable());
  EXPECT_EQ(findings->logs.unreadable, 2U);
  EXPECT_EQ(findings->problems[0].found, "access denied");
  EXPECT_EQ(findings->problems[1].found, "connection lost");
}

TEST_F(Verify, ADigestThatCannotBeReadLeavesItsLogFilesUnproven) {
  for (auto* broken : {&store.refused, &store.breaking}) {
    *broken = {north.digests[2]};
    const auto findings = run();
    ASSERT_TRUE(findings);
    ASSERT_EQ(findings->problems.size(), 1U);
    EXPECT_EQ(findings->problems[0].kind, ProblemKind::DigestUnreadable);
    EXPECT_FALSE(findings->tampered());
    EXPECT_EQ(findings->logs.unproven, 2U);
    broken->clear();
  }
}

TEST_F(Verify, KeysAreAskedForByRegionAndTime) {
  keys = PublicKeys();
  std::vector<std::string> regions;
  options.fetch_keys = [&](const std::string& region, Window window, const std::stop_token&) {
    regions.push_back(region);
    EXPECT_EQ(window.from, kMorning);
    EXPECT_EQ(window.to, kMorning + 6 * 3600 + 2 * 3600);
    return Result<std::vector<KeyRecord>>(
        std::vector<KeyRecord>{{"f", pkcs1(key()), std::nullopt, std::nullopt}});
  };
  EXPECT_TRUE(run()->problems.empty());
  EXPECT_EQ(regions, (std::vector<std::string>{"north", "south"}));
  options.fetch_keys = [](const std::string&, Window, const std::stop_token&) {
    return Result<std::vector<KeyRecord>>(fail(ErrorCode::Io, "no answer"));
  };
  EXPECT_EQ(run().error().message, "no answer");
}

TEST_F(Verify, WithoutAListThereIsNoResult) {
  store.lists = false;
  EXPECT_EQ(run().error().message, "no list today");
}

TEST_F(Verify, AStopEndsIt) {
  stop.request_stop();
  EXPECT_FALSE(run());
}

TEST(VerifyNothing, NoDigestsAreNoProof) {
  MemoryStore store;
  PublicKeys keys;
  Progress progress;
  EXPECT_FALSE(verify(store, keys, {}, progress, {}));
  store.objects
      ["AWSLogs/1/CloudTrail/north/2026/03/11/1_CloudTrail_north_20260311T0900Z_x.json.gz"] = {
      pack("{}"), {}};
  EXPECT_FALSE(verify(store, keys, {}, progress, {}));
}

}  // namespace
}  // namespace trailwarden::integrity
