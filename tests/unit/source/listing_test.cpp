#include "source/listing.h"

#include "fake_store.h"

namespace trailwarden::source {
namespace {

using Texts = std::vector<std::string>;

struct Listed {
  Texts keys;
  Texts left_out;
  std::string error;
  std::uint64_t inputs = 0;
};

Listed list_all(FakeStore& store, const std::string& prefix, ListingOptions options = {}) {
  Listed listed;
  cloudtrail::FeedProgress progress;
  Listing listing(store, {{"logs", prefix}}, std::move(options), progress, {});
  while (true) {
    auto object = listing.next();
    if (!object) listed.error = to_string(object.error());
    if (!object || !*object) break;
    listed.keys.push_back((*object)->info.key);
  }
  listed.left_out = listing.left_out();
  listed.inputs = progress.inputs;
  return listed;
}

// Two accounts of an organisation and one without, two regions, five days, and what lies beside.
void fill(FakeStore& store) {
  for (const char* account : {"o-a1/111111111111", "o-a1/222222222222", "333333333333"}) {
    for (const char* region : {"eu-west-1", "us-east-1"}) {
      for (const char* day :
           {"2026/03/01", "2026/03/02", "2026/03/03", "2026/03/04", "2026/03/05"}) {
        const std::string folder = std::string("trail/AWSLogs/") + account;
        const std::string below = std::string("/") + region + "/" + day + "/";
        for (const char* file : {"a.json.gz", "b.json.gz"}) {
          store.objects[folder + "/CloudTrail" + below + file] = file;
        }
        store.objects[folder + "/CloudTrail-Digest" + below + "d.json.gz"] = "digest";
      }
    }
  }
  store.objects["trail/AWSLogs/333333333333/CloudTrail-NetworkActivity/eu-west-1/2026/03/03/n.gz"] =
      "n";
  store.objects["trail/AWSLogs/333333333333/CloudTrail/"] = "";  // What the console leaves.
}

Texts keys_of(const FakeStore& store, const std::function<bool(const std::string&)>& choose) {
  Texts keys;
  for (const auto& [key, body] : store.objects) {
    if (!key.ends_with('/') && choose(key)) keys.push_back(key);
  }
  return keys;
}

bool no_digest(const std::string& key) { return key.find("Digest") == std::string::npos; }

TEST(Listing, WalksCloudTrailsFoldersInTheOrderOfKeys) {
  FakeStore store;
  fill(store);
  for (const unsigned page_keys : {1U, 2U, 3U, 1000U}) {
    store.page_keys = page_keys;
    for (const char* prefix : {"", "tr", "trail/", "trail/AWSLogs/"}) {
      const Listed listed = list_all(store, prefix);
      EXPECT_EQ(listed.error, "");
      EXPECT_EQ(listed.keys, keys_of(store, no_digest)) << prefix << " by " << page_keys;
      EXPECT_EQ(listed.left_out.size(), 3U);
      EXPECT_EQ(listed.inputs, listed.keys.size());
    }
  }
  const Texts lists = store.lists();
  EXPECT_EQ(std::count_if(lists.begin(), lists.end(),
                          [](const std::string& prefix) {
                            return prefix.find("Digest") != std::string::npos;
                          }),
            0);
}

TEST(Listing, ListsOnlyTheDaysThatAreNeeded) {
  FakeStore store;
  fill(store);
  const Listed listed = list_all(store, "trail/", {.days = {"2026/03/02", "2026/03/04"}});
  EXPECT_EQ(listed.keys, keys_of(store, [](const std::string& key) {
              return no_digest(key) && (key.find("/03/02/") != std::string::npos ||
                                        key.find("/03/03/") != std::string::npos);
            }));
  // One list a region and kind, not one a day.
  const Texts lists = store.lists();
  EXPECT_EQ(std::count_if(lists.begin(), lists.end(),
                          [](const std::string& prefix) { return prefix.ends_with('*'); }),
            7);
}

TEST(Listing, ListsPrefixesInsideTheLayoutAndParts) {
  FakeStore store;
  fill(store);
  for (const std::string prefix :
       {"trail/AWSLogs/o-a1/1", "trail/AWSLogs/o-a1/111111111111/CloudTrail/eu-",
        "trail/AWSLogs/333333333333/CloudTrail/us-east-1/2026/03/0",
        "trail/AWSLogs/333333333333/CloudTrail/us-east-1/2026/03/03/a"}) {
    for (const Days& days : {Days{}, Days{"2026/03/02", "2026/03/04"}}) {
      const Listed listed = list_all(store, prefix, {.days = days});
      EXPECT_EQ(listed.keys, keys_of(store,
                                     [&](const std::string& key) {
                                       return key.starts_with(prefix) && no_digest(key) &&
                                              in_days(key, days);
                                     }))
          << prefix;
      EXPECT_EQ(listed.error, "");
    }
  }
}

TEST(Listing, ReadsWhatTheUserNamesThoughItIsLeftOutElsewhere) {
  FakeStore store;
  fill(store);
  EXPECT_EQ(list_all(store, "trail/AWSLogs/333333333333/CloudTrail-Digest/").keys.size(), 10U);
}

TEST(Listing, ListsOtherLayoutsPlainly) {
  FakeStore store;
  for (int i = 0; i < 40; ++i) store.objects["many/" + std::to_string(i) + "/x"] = "x";
  for (const char* key : {"a", "b/c/d/e/f", "b/c/d/g", "b/.hidden/x", "b/.x", "+ %/ü//x", "z/"}) {
    store.objects[key] = key[0] == 'z' ? "" : key;
  }
  const Texts expected =
      keys_of(store, [](const std::string& key) { return key.find("/.") == std::string::npos; });
  for (const unsigned page_keys : {1U, 7U, 1000U}) {
    store.page_keys = page_keys;
    EXPECT_EQ(list_all(store, "").keys, expected) << page_keys;
  }
  EXPECT_EQ(list_all(store, "b/.x").keys, Texts{"b/.x"});
}

TEST(Listing, LeavesOutWhatNobodyWants) {
  FakeStore store;
  fill(store);
  const auto ends_with_a = [](const std::string& key) { return key.ends_with("a.json.gz"); };
  ListingOptions options;
  options.wanted = [&](const ListedObject& object) {
    EXPECT_EQ(object.name(), "s3://logs/" + object.info.key);
    return ends_with_a(object.info.key);
  };
  const Listed listed = list_all(store, "", options);
  EXPECT_EQ(listed.keys, keys_of(store, ends_with_a));
  EXPECT_EQ(listed.inputs, listed.keys.size());
}

TEST(Listing, GoesOnWhileLittleIsHeld) {
  FakeStore store;
  fill(store);
  store.page_keys = 2;
  for (const std::size_t lists : {std::size_t{1}, std::size_t{4}}) {
    const Listed listed =
        list_all(store, "", {.days = {}, .lists_in_flight = lists, .ahead_max = 1});
    EXPECT_EQ(listed.keys, keys_of(store, no_digest));
  }
}

TEST(Listing, SaysWhatCannotBeListed) {
  FakeStore store;
  fill(store);
  EXPECT_EQ(list_all(store, "nothing/").error,
            "s3://logs/nothing/: no object has a key that begins so");
  EXPECT_EQ(list_all(store, "trail/AWSLogs/333333333333/CloudTrail/eu-west-1/",
                     {.days = {"2030/01/01", ""}})
                .error,
            "");
  store.refuse = [](const std::string&, const std::string& key) -> std::optional<aws::Failure> {
    if (key.find("us-east-1") == std::string::npos) return std::nullopt;
    return FakeStore::failure_of("AccessDenied", 403);
  };
  EXPECT_NE(list_all(store, "").error.find("AccessDenied"), std::string::npos);
}

TEST(Listing, EndsWhenAskedTo) {
  FakeStore store;
  fill(store);
  cloudtrail::FeedProgress progress;
  std::stop_source source;
  store.refuse = [&](const std::string&, const std::string& key) -> std::optional<aws::Failure> {
    if (key.find("eu-west-1") != std::string::npos) source.request_stop();
    return std::nullopt;
  };
  Listing listing(store, {{"logs", ""}}, {.days = {}, .ahead_max = 4}, progress,
                  source.get_token());
  std::size_t taken = 0;
  while (true) {
    const auto object = listing.next();
    ASSERT_TRUE(object.has_value());
    if (!*object) break;
    ++taken;
  }
  EXPECT_LT(taken, 61U);
}

}  // namespace
}  // namespace trailwarden::source
