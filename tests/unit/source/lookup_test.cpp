#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <random>
#include <set>

#include "aws/operations.h"
#include "aws/protocol.h"
#include "failures.h"
#include "source/lookup_source.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

const std::stop_token kGoOn;
constexpr UnixSeconds kNow = 1'790'000'000;
constexpr UnixSeconds kDay = 86'400;

// LookupEvents of one region as its documentation has it; time passes only when somebody sleeps.
class FakeTrail {
 public:
  struct Event {
    std::string id;
    UnixSeconds time;
    UnixSeconds appears;
  };

  void add(const std::string& id, UnixSeconds time, UnixSeconds late = 0) {
    events.push_back({id, time, time + late});
  }

  UnixSeconds utc() const { return now_ms / 1000; }
  SteadyTime steady() const { return SteadyTime(milliseconds(now_ms)); }

  Call call() {
    return [this](const aws::Operation& operation, const boost::json::object& input,
                  const std::stop_token&,
                  const aws::CallOptions&) { return answer(operation, input); };
  }
  Sleep sleep() {
    return [this](milliseconds time, const std::stop_token&) {
      slept.push_back(time);
      now_ms += time.count();
    };
  }

  std::vector<Event> events;
  std::int64_t now_ms = kNow * 1000;
  std::size_t page_size = 2;
  std::size_t empty_pages = 0;         // Behind the first one of each listing.
  std::vector<aws::Failure> failures;  // Of the next calls.
  std::vector<std::int64_t> call_times_ms;
  std::vector<std::pair<UnixSeconds, UnixSeconds>> spans;  // Asked for, by first pages.
  std::vector<milliseconds> slept;

 private:
  aws::Outcome<boost::json::object> answer(const aws::Operation& operation,
                                           const boost::json::object& input) {
    EXPECT_EQ(&operation, &aws::kLookupEvents);
    EXPECT_TRUE(aws::encode(operation, input));
    call_times_ms.push_back(now_ms);
    if (!failures.empty()) {
      const aws::Failure failure = failures.front();
      failures.erase(failures.begin());
      return tl::unexpected(failure);
    }
    const std::int64_t most = input.at("MaxResults").to_number<std::int64_t>();
    EXPECT_GE(most, 1);
    EXPECT_LE(most, 50);
    const auto begin = input.at("StartTime").to_number<UnixSeconds>();
    const auto end = input.at("EndTime").to_number<UnixSeconds>();
    EXPECT_LE(begin, end) << "InvalidTimeRangeException";
    return page(begin, end, input);
  }

  boost::json::object page(UnixSeconds begin, UnixSeconds end, const boost::json::object& input) {
    const std::string span = std::to_string(begin) + "-" + std::to_string(end);
    std::size_t number = 0;
    if (const auto* token = input.if_contains("NextToken")) {
      const std::string text(token->as_string());
      EXPECT_TRUE(text.ends_with(span)) << "other parameters must be repeated unchanged";
      number = std::stoul(text);
    } else {
      spans.emplace_back(begin, end);
      listing_ = matching(begin, end);
    }
    boost::json::array list;
    const bool is_gap = number >= 1 && number <= empty_pages;
    const std::size_t behind = number > empty_pages ? number - empty_pages : number;
    for (std::size_t at = behind * page_size;
         !is_gap && at < std::min(listing_.size(), (behind + 1) * page_size); ++at) {
      list.push_back(
          boost::json::object{{"EventId", listing_[at].id},
                              {"EventTime", static_cast<double>(listing_[at].time)},
                              {"CloudTrailEvent", "{\"eventID\":\"" + listing_[at].id + "\"}"}});
    }
    boost::json::object answer{{"Events", std::move(list)}};
    if (is_gap || (behind + 1) * page_size < listing_.size() || number < empty_pages) {
      answer["NextToken"] = std::to_string(number + 1) + "@" + span;
    }
    return answer;
  }

  std::vector<Event> matching(UnixSeconds begin, UnixSeconds end) const {
    std::vector<Event> found;
    for (const Event& event : events) {
      const bool is_shown = event.appears <= utc();
      if (is_shown && event.time >= begin && event.time <= end) found.push_back(event);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Event& a, const Event& b) { return a.time > b.time; });
    return found;
  }

  std::vector<Event> listing_;
};

struct World {
  FakeTrail trail;
  std::vector<std::string> notes;
  std::shared_ptr<LookupRate> rate =
      std::make_shared<LookupRate>([this] { return trail.steady(); }, trail.sleep());

  LookupPorts ports() {
    return {.call = trail.call(),
            .rate = rate,
            .utc = [this] { return trail.utc(); },
            .sleep = trail.sleep(),
            .note = [this](std::string_view line) { notes.emplace_back(line); }};
  }
  std::unique_ptr<LookupRegion> region(UnixSeconds since, std::optional<UnixSeconds> until,
                                       std::optional<LookupMark> mark = std::nullopt) {
    return std::make_unique<LookupRegion>(
        LookupTask{.region = "eu-north-1", .account = "1", .since = since, .until = until}, ports(),
        std::move(mark));
  }
};

std::vector<std::string> ids_in(const std::string& page) {
  std::vector<std::string> ids;
  const boost::json::value value = boost::json::parse(page);
  for (const auto& event : value.at("Events").as_array()) {
    ids.emplace_back(event.at("EventId").as_string());
  }
  return ids;
}

// All that a region gives until its end, each page done at once.
std::vector<std::string> read_all(LookupRegion& region) {
  std::vector<std::string> ids;
  while (auto page = region.next(kGoOn).value()) {
    for (std::string& id : ids_in(page->json)) ids.push_back(std::move(id));
    region.settle(page->number, true);
  }
  return ids;
}

TEST(LookupRegion, ReadsPagesToTheEndAlsoBehindEmptyOnes) {
  World world;
  for (int i = 0; i < 7; ++i) world.trail.add("e" + std::to_string(i), kNow - 1000 + i);
  world.trail.empty_pages = 2;
  const auto region = world.region(kNow - 2000, kNow - 10);
  EXPECT_THAT(read_all(*region), ElementsAre("e6", "e5", "e4", "e3", "e2", "e1", "e0"));
  EXPECT_THAT(world.trail.spans, ElementsAre(std::pair{kNow - 2000, kNow - 10}));
  EXPECT_EQ(region->mark().until, kNow - 10);
}

TEST(LookupRegion, AsksTwiceASecondAtMost) {
  World world;
  for (int i = 0; i < 40; ++i) world.trail.add("e" + std::to_string(i), kNow - 1000 + i);
  read_all(*world.region(kNow - 2000, kNow));
  const auto& times = world.trail.call_times_ms;
  ASSERT_EQ(times.size(), 20U);
  for (std::size_t i = 2; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 2], 1000);
  EXPECT_EQ(times.back() - times.front(), 19 * 500) << "and no less either";
}

TEST(LookupRegion, CallersOfOneRegionShareTheirRate) {
  World world;
  for (int i = 0; i < 8; ++i) world.trail.add("e" + std::to_string(i), kNow - 1000 + i);
  const auto one = world.region(kNow - 2000, kNow);
  const auto other = world.region(kNow - 2000, kNow);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(*one->next(kGoOn));
    ASSERT_TRUE(*other->next(kGoOn));
  }
  const auto& times = world.trail.call_times_ms;
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], 500);
}

TEST(LookupRegion, ThrottlingSlowsDownAndLosesNothing) {
  World world;
  for (int i = 0; i < 7; ++i) world.trail.add("e" + std::to_string(i), kNow - 1000 + i);
  for (int i = 0; i < 9; ++i) {
    world.trail.failures.push_back(
        failure_of(aws::Failure::Kind::Exhausted, "ThrottlingException"));
  }
  const auto region = world.region(kNow - 2000, kNow);
  EXPECT_THAT(read_all(*region), SizeIs(7));
  const auto& times = world.trail.call_times_ms;
  EXPECT_GE(times[5] - times[4], 8'000);
  EXPECT_LE(times[9] - times[8], 8'000);
  EXPECT_THAT(world.notes, IsEmpty());
  EXPECT_LT(world.rate->interval("1/eu-north-1"), milliseconds{8'000}) << "it recovers";
}

TEST(LookupRegion, ALongTimeIsReadDayByDayAndFasterWhereThereIsLittle) {
  World world;
  for (int day = 30; day > 20; --day) {
    for (int i = 0; i < 3; ++i) {
      world.trail.add(std::to_string(day) + "." + std::to_string(i), kNow - day * kDay + i);
    }
  }
  world.trail.add("young", kNow - 100);
  const auto region = world.region(kNow - 30 * kDay - 50, kNow);
  const std::vector<std::string> ids = read_all(*region);
  EXPECT_THAT(ids, SizeIs(31));
  EXPECT_EQ(ids.front(), "30.2");
  EXPECT_EQ(ids.back(), "young");
  EXPECT_THAT(world.trail.spans, SizeIs(testing::AllOf(Ge(14U), Le(16U))));
  for (std::size_t i = 1; i < world.trail.spans.size(); ++i) {
    EXPECT_LE(world.trail.spans[i].first, world.trail.spans[i - 1].second) << "no gap";
  }
}

TEST(LookupRegion, AsksForNothingThatCloudTrailNoLongerKeeps) {
  World world;
  read_all(*world.region(0, kNow));
  EXPECT_EQ(world.trail.spans.front().first, kNow - 90 * kDay);
}

TEST(LookupRegion, FollowsAndFindsWhatAppearsLate) {
  World world;
  world.trail.add("first", kNow - 5);
  world.trail.add("late", kNow - 100, 700);
  world.trail.add("next", kNow + 200);
  world.trail.add("very late", kNow + 10, 800);
  const auto region = world.region(kNow - 300, std::nullopt);
  std::vector<std::string> ids;
  while (ids.size() < 4) {
    const auto page = *region->next(kGoOn);
    for (const std::string& id : ids_in(page->json)) ids.push_back(id);
    region->settle(page->number, true);
    ASSERT_LT(world.trail.utc(), kNow + 3000);
  }
  EXPECT_THAT(ids, ElementsAre("first", "next", "late", "very late"));
  EXPECT_THAT(world.trail.slept, testing::Contains(milliseconds{60'000}));
}

TEST(LookupRegion, GoesOnFromItsMark) {
  World world;
  for (int i = 0; i < 6; ++i) world.trail.add("e" + std::to_string(i), kNow - 60 + i);
  LookupMark mark;
  {
    const auto region = world.region(kNow - 300, std::nullopt);
    const auto done = *region->next(kGoOn);
    EXPECT_THAT(ids_in(done->json), ElementsAre("e5", "e4"));
    const auto under_way = *region->next(kGoOn);
    EXPECT_THAT(ids_in(under_way->json), ElementsAre("e3", "e2"));
    region->settle(done->number, true);
    mark = region->mark();
  }
  const std::string text = to_json({{"eu-north-1", mark}});
  const LookupMarks read = parse_lookup_marks(text).value();
  EXPECT_EQ(read.at("eu-north-1"), mark);
  const auto region = world.region(0, kNow, read.at("eu-north-1"));
  EXPECT_THAT(read_all(*region), ElementsAre("e3", "e2", "e1", "e0"));
  EXPECT_GE(world.trail.spans.back().first, kNow - 300);
}

TEST(LookupRegion, APageThatFailedIsHandedOutAgain) {
  World world;
  for (int i = 0; i < 4; ++i) world.trail.add("e" + std::to_string(i), kNow - 60 + i);
  const auto region = world.region(kNow - 300, kNow);
  const auto first = *region->next(kGoOn);
  const auto second = *region->next(kGoOn);
  region->settle(first->number, false);
  region->settle(second->number, true);
  EXPECT_THAT(read_all(*region), ElementsAre("e3", "e2"));
}

TEST(LookupRegion, ForgetsIdsThatCannotComeAgain) {
  World world;
  for (int i = 0; i < 2000; ++i) world.trail.add("e" + std::to_string(i), kNow + 10 * i);
  world.trail.page_size = 50;
  const auto region = world.region(kNow, std::nullopt);
  std::size_t count = 0;
  std::size_t most = 0;
  while (count < 2000) {
    const auto page = *region->next(kGoOn);
    count += ids_in(page->json).size();
    region->settle(page->number, true);
    most = std::max(most, region->mark().seen.size());
  }
  EXPECT_EQ(count, 2000U);
  EXPECT_LE(most, 250U) << "15 minutes of one event in 10 s, and some";
}

TEST(LookupRegion, ATokenThatExpiredBeginsTheListingAnew) {
  World world;
  for (int i = 0; i < 6; ++i) world.trail.add("e" + std::to_string(i), kNow - 60 + i);
  const auto region = world.region(kNow - 300, kNow);
  region->settle((*region->next(kGoOn))->number, true);
  world.trail.failures.push_back(refused("InvalidNextTokenException"));
  EXPECT_THAT(read_all(*region), ElementsAre("e3", "e2", "e1", "e0"));
  EXPECT_THAT(world.notes, ElementsAre(HasSubstr("InvalidNextTokenException")));
}

TEST(LookupRegion, ARefusalAtTheStartIsAnError) {
  World world;
  world.trail.failures.push_back(refused("AccessDeniedException"));
  const auto region = world.region(kNow - 300, std::nullopt);
  const auto page = region->next(kGoOn);
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message,
              AllOf(HasSubstr("eu-north-1"), HasSubstr("AccessDeniedException")));
}

TEST(LookupRegion, WhoFollowsOutlivesAnOutage) {
  World world;
  const auto region = world.region(kNow - 300, std::nullopt);
  world.trail.add("before", kNow - 10);
  region->settle((*region->next(kGoOn))->number, true);
  for (int i = 0; i < 30; ++i) {
    world.trail.failures.push_back(failure_of(aws::Failure::Kind::Unreachable));
  }
  world.trail.add("after", kNow + 100);
  EXPECT_THAT(ids_in((*region->next(kGoOn))->json), ElementsAre("after"));
  EXPECT_THAT(world.trail.slept, Each(Le(milliseconds{60'000})));
  EXPECT_THAT(world.notes, SizeIs(30));
}

TEST(LookupRegion, ARunWithAnEndGivesUp) {
  World world;
  for (int i = 0; i < 4; ++i) world.trail.add("e" + std::to_string(i), kNow - 60 + i);
  const auto region = world.region(kNow - 300, kNow);
  region->settle((*region->next(kGoOn))->number, true);
  for (int i = 0; i < 30; ++i) {
    world.trail.failures.push_back(failure_of(aws::Failure::Kind::Exhausted));
  }
  EXPECT_FALSE(region->next(kGoOn)) << "rather than to say that this was all";
}

// Whatever happens in whatever order, each event is handled, and once, if marks are kept.
TEST(LookupRegion, NothingIsLostAndNothingIsDoneTwice) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto number = [&](unsigned below) { return static_cast<unsigned>(random()) % below; };
    World world;
    world.trail.page_size = 1 + number(5);
    world.trail.empty_pages = number(3);
    constexpr unsigned kEvents = 60;
    for (unsigned i = 0; i < kEvents; ++i) {
      world.trail.add("e" + std::to_string(i), kNow - 3000 + number(9000), number(890));
    }
    auto region = world.region(kNow - 3500, std::nullopt);
    std::map<std::string, int> done;
    std::vector<LookupPage> open;
    for (int step = 0; done.size() < kEvents; ++step) {
      ASSERT_LT(step, 3'000) << done.size();
      if (step < 200 && number(12) == 0) {  // A restart, with what is marked.
        const LookupMarks marks = parse_lookup_marks(to_json({{"r", region->mark()}})).value();
        region = world.region(0, std::nullopt, marks.at("r"));
        open.clear();
      }
      if (step < 200 && number(4) == 0) {
        const char* const codes[] = {"ThrottlingException", "InvalidNextTokenException",
                                     "InternalFailure"};
        const char* const code = codes[number(3)];
        // The first call of a region must not be refused: that would be an error.
        if (world.trail.call_times_ms.empty()) continue;
        world.trail.failures.push_back(failure_of(aws::Failure::Kind::Exhausted, code));
      }
      // next() waits for pages that are open when there are no more: settle them before.
      std::stop_source stop;
      if (open.size() < 3) {
        const std::jthread impatience([&stop, waits_for_us = !open.empty()] {
          if (waits_for_us) stop.request_stop();
        });
        auto page = region->next(stop.get_token());
        ASSERT_TRUE(page) << page.error().message;
        if (*page) open.push_back(std::move(**page));
      }
      while (!open.empty() && number(3) != 0) {
        const auto at = open.begin() + number(static_cast<unsigned>(open.size()));
        const bool fails = step < 200 && number(5) == 0;
        if (!fails) {
          for (const std::string& id : ids_in(at->json)) ++done[id];
        }
        region->settle(at->number, !fails);
        open.erase(at);
      }
    }
    for (const auto& [id, times] : done) EXPECT_EQ(times, 1) << id;
  }
}

TEST(LookupMarks, RefuseWhatIsNone) {
  for (const char* text :
       {"", "[]", "{}", R"({"schema":2,"regions":{}})", R"({"schema":1,"regions":{"a":1}})",
        R"({"schema":1,"regions":{"a":{"until":1}}})",
        R"({"schema":1,"regions":{"a":{"until":1,"seen":{"xyz":1}}}})"}) {
    EXPECT_FALSE(parse_lookup_marks(text)) << text;
  }
  EXPECT_TRUE(parse_lookup_marks(R"({"schema":1,"regions":{}})").value().empty());
}

TEST(LookupInput, NamesRegions) {
  EXPECT_THAT(parse_lookup_input("lookup:", "eu-north-1").value(), ElementsAre("eu-north-1"));
  EXPECT_THAT(parse_lookup_input("lookup:us-east-1,eu-west-1,us-east-1", "").value(),
              ElementsAre("us-east-1", "eu-west-1"));
  for (const char* wrong : {"lookup:", "lookup:a,,b", "lookup:eu/west", "s3:x", "lookup:a,"}) {
    EXPECT_FALSE(parse_lookup_input(wrong, "")) << wrong;
  }
}

// Fakes of their own for each region, as each is listed by its own thread.
TEST(LookupSource, ListsRegionsAtOnceAndHandsOutEachEventOnce) {
  World worlds[3];
  std::vector<std::unique_ptr<LookupRegion>> regions;
  for (World& world : worlds) {
    for (int i = 0; i < 20; ++i) {
      world.trail.add(std::to_string(&world - worlds) + "." + std::to_string(i), kNow - 60 + i);
    }
    regions.push_back(world.region(kNow - 300, kNow));
  }
  cloudtrail::FeedProgress progress;
  LookupFeed feed(std::make_unique<LookupSource>(std::move(regions)), progress);
  EXPECT_TRUE(progress.still_listing);
  std::multiset<std::string> ids;
  while (auto portion = feed.next(kGoOn).value()) {
    EXPECT_THAT(portion->slice.path, HasSubstr("lookup:eu-north-1/"));
    std::string text(portion->slice.bytes, '\0');
    EXPECT_EQ(portion->stream->read(text), text.size());
    for (const std::string& id : ids_in(text)) ids.insert(id);
  }
  EXPECT_FALSE(progress.still_listing);
  EXPECT_EQ(progress.inputs, 30U);
  EXPECT_EQ(ids.size(), 60U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 60U);
}

TEST(LookupSource, AnErrorInOneRegionIsToldToWhoAsks) {
  World good;
  World bad;
  bad.trail.failures.push_back(refused("UnrecognizedClientException"));
  std::vector<std::unique_ptr<LookupRegion>> regions;
  regions.push_back(good.region(kNow - 300, kNow));
  regions.push_back(bad.region(kNow - 300, kNow));
  LookupSource source(std::move(regions));
  EXPECT_FALSE(source.next(kGoOn));
}

TEST(LookupSource, StopsWhileItIsWaited) {
  World world;
  world.trail.add("e", kNow - 10);
  std::vector<std::unique_ptr<LookupRegion>> regions;
  regions.push_back(world.region(kNow - 300, std::nullopt));
  LookupSource source(std::move(regions));
  const auto page = source.next(kGoOn).value();
  ASSERT_TRUE(page);  // Not settled: nobody lists on.
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(source.next(stop.get_token()).value());
  source.close();
  EXPECT_EQ(source.marks().at("eu-north-1"), (LookupMark{.until = kNow - 300}))
      << "what nobody called done is listed again";
}

}  // namespace
}  // namespace trailwarden::source
