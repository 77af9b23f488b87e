#include "source/s3_feed.h"

#include <array>

#include "fake_store.h"

namespace trailwarden::source {
namespace {

using cloudtrail::FeedOrder;

struct Told {
  std::vector<std::string> portions;  // "name=bytes", "name!cause", "name?" without bytes.
  std::string error;
};

std::string bytes_of(cloudtrail::ByteStream& stream) {
  std::string bytes;
  std::array<char, 7> piece;
  while (const std::size_t got = stream.read(piece)) bytes.append(piece.data(), got);
  return bytes + stream.failure();
}

Told read_all(const std::shared_ptr<FakeStore>& store, S3FeedOptions options,
              const std::string& prefix = "") {
  options.fetch.pause = std::chrono::milliseconds(1);
  cloudtrail::FeedProgress progress;
  S3Feed feed(store, {{"logs", prefix}}, std::move(options), progress, {});
  Told told;
  while (true) {
    auto portion = feed.next({});
    if (!portion) told.error = to_string(portion.error());
    if (!portion || !*portion) return told;
    std::string text = (*portion)->slice.path.substr(sizeof("s3://logs/") - 1);
    if ((*portion)->problem) {
      text += "!" + (*portion)->problem->cause;
    } else {
      text += (*portion)->stream ? "=" + bytes_of(*(*portion)->stream) : "?";
    }
    told.portions.push_back(std::move(text));
  }
}

std::shared_ptr<FakeStore> filled(int objects) {
  auto store = std::make_shared<FakeStore>();
  for (int i = 100; i < 100 + objects; ++i) {
    store->objects["x/" + std::to_string(i)] = std::string(static_cast<std::size_t>(i), 'b');
  }
  return store;
}

std::vector<std::string> expected_of(const FakeStore& store) {
  std::vector<std::string> expected;
  for (const auto& [key, body] : store.objects) expected.push_back(key + "=" + body);
  return expected;
}

TEST(S3Feed, HandsOutEveryObjectOnceInOrderWhereAsked) {
  const auto store = filled(300);
  for (const std::size_t gets : {std::size_t{1}, std::size_t{9}}) {
    for (const std::uint64_t bytes : {std::uint64_t{1}, std::uint64_t{1} << 20U}) {
      for (const FeedOrder order : {FeedOrder::Given, FeedOrder::Quickest}) {
        S3FeedOptions options{.order = order, .days = {}, .is_known = {}, .fetch = {}};
        options.fetch.gets_in_flight = gets;
        options.fetch.bytes_ahead_max = bytes;
        Told told = read_all(store, options);
        EXPECT_EQ(told.error, "");
        if (order == FeedOrder::Quickest) std::sort(told.portions.begin(), told.portions.end());
        EXPECT_EQ(told.portions, expected_of(*store));
      }
    }
  }
}

TEST(S3Feed, FetchesLargeObjectsInRanges) {
  const auto store = filled(3);
  store->objects["x/large"] = std::string(1000, 'l') + "end";
  S3FeedOptions options{.order = FeedOrder::Given, .days = {}, .is_known = {}, .fetch = {}};
  options.fetch.whole_object_max = 400;
  EXPECT_EQ(read_all(store, options).portions, expected_of(*store));
  EXPECT_EQ(store->ranges(), (std::vector<std::string>{"x/large@0", "x/large@400", "x/large@800"}));
}

TEST(S3Feed, DoesNotFetchWhatIsKnown) {
  const auto store = filled(3);
  const std::string etag = FakeStore::etag_of(store->objects["x/101"]);
  S3FeedOptions options{.order = FeedOrder::Given,
                        .days = {},
                        .is_known =
                            [&](const std::string& name, const std::string& version) {
                              return name == "s3://logs/x/101" && version == etag;
                            },
                        .fetch = {}};
  EXPECT_EQ(read_all(store, options).portions[1], "x/101?");
  EXPECT_EQ(store->gets(), (std::vector<std::string>{"x/100", "x/102"}));
}

// Refusals of single objects; each stays one problem.
TEST(S3Feed, GoesOnBehindAnObjectThatCannotBeHad) {
  const auto store = filled(4);
  store->refuse = [](const std::string& operation,
                     const std::string& key) -> std::optional<aws::Failure> {
    if (operation != "GetObject") return std::nullopt;
    if (key == "x/100") return FakeStore::failure_of("NoSuchKey", 404);
    if (key == "x/101") return FakeStore::failure_of("InvalidObjectState", 403);
    if (key == "x/102") return FakeStore::failure_of("AccessDenied", 403);
    return std::nullopt;
  };
  const Told told =
      read_all(store, {.order = FeedOrder::Given, .days = {}, .is_known = {}, .fetch = {}});
  EXPECT_EQ(told.error, "");
  ASSERT_EQ(told.portions.size(), 4U);
  EXPECT_TRUE(told.portions[0].starts_with("x/100!gone since")) << told.portions[0];
  EXPECT_TRUE(told.portions[1].starts_with("x/101!archived")) << told.portions[1];
  EXPECT_NE(told.portions[2].find("AccessDenied"), std::string::npos);
  EXPECT_TRUE(told.portions[3].starts_with("x/103="));
}

TEST(S3Feed, FailsWhenNothingCouldBeRead) {
  const auto store = filled(4);
  store->refuse = [](const std::string& operation, const std::string&) {
    return operation == "GetObject" ? std::optional(FakeStore::failure_of("AccessDenied", 403))
                                    : std::nullopt;
  };
  const Told told =
      read_all(store, {.order = FeedOrder::Given, .days = {}, .is_known = {}, .fetch = {}});
  EXPECT_NE(told.error.find("none of 4 objects could be read"), std::string::npos) << told.error;
}

TEST(S3Feed, FailsWhenANamedObjectCannotBeHad) {
  const auto store = filled(4);
  store->refuse = [](const std::string& operation, const std::string&) {
    return operation == "GetObject" ? std::optional(FakeStore::failure_of("AccessDenied", 403))
                                    : std::nullopt;
  };
  const Told told = read_all(store, {.days = {}, .is_known = {}, .fetch = {}}, "x/102");
  EXPECT_TRUE(told.error.starts_with("s3://logs/x/102: S3 GetObject: AccessDenied")) << told.error;
}

// What stays without an answer is asked again, then ends the run: nothing is lost silently.
TEST(S3Feed, AsksAgainAndThenFails) {
  const auto store = filled(4);
  std::atomic<int> left{2};
  store->refuse = [&](const std::string& operation,
                      const std::string& key) -> std::optional<aws::Failure> {
    if (operation == "GetObject" && key == "x/102" && left-- > 0) {
      return FakeStore::failure_of("SlowDown", 503);
    }
    return std::nullopt;
  };
  const S3FeedOptions options{.order = FeedOrder::Given, .days = {}, .is_known = {}, .fetch = {}};
  Told told = read_all(store, options);
  EXPECT_EQ(told.error, "");
  EXPECT_EQ(told.portions, expected_of(*store));
  left = 1000;
  told = read_all(store, options);
  EXPECT_NE(told.error.find("SlowDown"), std::string::npos) << told.error;
}

TEST(S3Feed, FailsAtOnceWhenCredentialsAreGone) {
  const auto store = filled(50);
  store->refuse = [](const std::string& operation, const std::string&) {
    return operation == "GetObject" ? std::optional(FakeStore::failure_of("ExpiredToken", 400))
                                    : std::nullopt;
  };
  S3FeedOptions options{.days = {}, .is_known = {}, .fetch = {}};
  options.fetch.gets_in_flight = 1;
  const Told told = read_all(store, options);
  EXPECT_NE(told.error.find("ExpiredToken"), std::string::npos);
  EXPECT_EQ(store->gets().size(), 1U);
}

TEST(S3Feed, EndsWhenAskedTo) {
  const auto store = filled(500);
  cloudtrail::FeedProgress progress;
  std::stop_source source;
  S3Feed feed(store, {{"logs", ""}}, {.days = {}, .is_known = {}, .fetch = {}}, progress,
              source.get_token());
  ASSERT_TRUE(feed.next({}).has_value());
  source.request_stop();
  std::size_t more = 0;
  while (true) {
    const auto portion = feed.next({});
    ASSERT_TRUE(portion.has_value());
    if (!*portion) break;
    ++more;
  }
  EXPECT_EQ(more, 0U);
}

}  // namespace
}  // namespace trailwarden::source
