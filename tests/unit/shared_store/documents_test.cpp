#include "shared_store/documents.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "shared_store/fields.h"

namespace trailwarden::shared_store {
namespace {

TEST(Fields, EveryNumberComesBack) {
  const std::vector<std::int64_t> numbers{0,
                                          1,
                                          -1,
                                          63,
                                          64,
                                          -65,
                                          1'772'541'667'000,
                                          std::numeric_limits<std::int64_t>::max(),
                                          std::numeric_limits<std::int64_t>::min()};
  FieldWriter to;
  for (const std::int64_t number : numbers) to.number(number).optional(number);
  to.optional(std::nullopt).text(std::string("\0\xff", 2));
  auto from = FieldReader::unpack(to.packed());
  ASSERT_TRUE(from);
  for (const std::int64_t number : numbers) {
    EXPECT_EQ(from->number(), number);
    EXPECT_EQ(from->optional(), number);
  }
  EXPECT_EQ(from->optional(), std::nullopt);
  EXPECT_EQ(from->text(), std::string("\0\xff", 2));
  EXPECT_TRUE(from->finish());
}

TEST(Fields, ASizeThatCannotBeIsNotBelieved) {
  auto from = FieldReader::unpack(FieldWriter().number(1'000'000'000).packed());
  ASSERT_TRUE(from);
  EXPECT_EQ(from->text(), "");
  EXPECT_EQ(from->count(), 0U);
  EXPECT_FALSE(from->finish());
  // Said to inflate to more than any item does.
  EXPECT_FALSE(FieldReader::unpack(std::string("\1\xff\xff\xff\xff\xff\x7f", 7)));
  EXPECT_FALSE(FieldReader::unpack(""));
}

TEST(Fields, WhatIsLeftOverIsDamage) {
  auto from = FieldReader::unpack(FieldWriter().number(1).number(2).packed());
  ASSERT_TRUE(from);
  EXPECT_EQ(from->number(), 1);
  EXPECT_FALSE(from->finish());
}

TEST(ActorCasesTest, KeepsTheLatest) {
  ActorCases cases;
  for (int i = 0; i < 100; ++i) {
    const UnixSeconds at = (i * 37 % 100) * 100'000;
    EXPECT_TRUE(cases.put({"c-" + std::to_string(at), at, at}));
  }
  EXPECT_EQ(cases.spans.size(), 64U);
  EXPECT_TRUE(cases.around(9'900'000, 60, 3'600));
  EXPECT_TRUE(cases.around(3'600'000, 60, 3'600));
  EXPECT_FALSE(cases.around(3'500'000, 60, 3'600)) << "the 65th latest";
}

TEST(ActorCasesTest, OnlyWhatChangesIsAVersion) {
  ActorCases cases;
  EXPECT_TRUE(cases.put({"c-1", 10, 20}));
  EXPECT_FALSE(cases.put({"c-1", 10, 20}));
  EXPECT_TRUE(cases.put({"c-1", 10, 30}));
  EXPECT_EQ(cases.spans.size(), 1U);
}

TEST(LatestEventsTest, ARevisionIsKnownAsAWholeOrNotAtAll) {
  LatestEvents latest;
  latest.add(1, {"a"});
  latest.add(2, {"b", "c"});
  latest.add(4, {"d"});  // 3 was an opinion.
  EXPECT_EQ(latest.since(0), (std::set<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(latest.since(2), (std::set<std::string>{"d"}));
  EXPECT_EQ(latest.since(3), (std::set<std::string>{"d"}));
  EXPECT_EQ(latest.since(4), std::set<std::string>());

  latest.add(5, std::vector<std::string>(30, "e"));  // One more than are kept, with b, c and d.
  EXPECT_EQ(latest.behind, 2U);
  EXPECT_EQ(latest.since(1), std::nullopt);
  EXPECT_EQ(latest.since(2), (std::set<std::string>{"d", "e"}));
  latest.add(6, std::vector<std::string>(40, "f"));
  EXPECT_EQ(latest.since(5), std::nullopt) << "more than is kept of any";
  EXPECT_EQ(latest.since(6), std::set<std::string>());
}

TEST(StoredCaseTest, ItsLatestEventsComeBack) {
  StoredCase stored;
  stored.row.id = "c-1";
  stored.row.revision = 7;
  stored.latest.behind = 5;
  stored.latest.add(7, {"event#1#x", "event#1#y"});
  const auto back = case_from_document(to_document(stored).value());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->latest.behind, 5U);
  EXPECT_EQ(back->latest.since(5), (std::set<std::string>{"event#1#x", "event#1#y"}));
}

TEST(StoredCaseTest, OneThatWasWrittenBeforeSuchWereNotedCanBeRead) {
  FieldWriter to;
  to.text("c-1").text("actor").text("account").optional(std::nullopt).optional(std::nullopt);
  to.number(0).number(0).number(0).number(3).number(7).optional(std::nullopt);
  to.text("title").text("{}").text("").number(1'000);
  const auto back = case_from_document(to.packed());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->row.updated, 1'000);
  EXPECT_EQ(back->latest.since(6), std::nullopt);
  EXPECT_EQ(back->latest.since(7), std::set<std::string>());
}

TEST(SpendingBookTest, ForgetsWhatIsOlderThanAnyBudget) {
  SpendingBook book;
  for (UnixSeconds minute = 0; minute < 3 * 86'400; minute += 60) {
    book.add({.minute = minute, .model = "m", .tokens = 1, .nano_dollars = 2});
  }
  EXPECT_EQ(book.rows.size(), 90'000U / 60 + 1);
  EXPECT_LT(to_document(book).size(), 20'000U);
}

}  // namespace
}  // namespace trailwarden::shared_store
