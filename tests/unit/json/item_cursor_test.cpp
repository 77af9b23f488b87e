#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/walker.h"
#include "padded.h"

namespace trailwarden::json {
namespace {

struct Indexed {
  explicit Indexed(std::string_view bytes, char filler = ',') : text(bytes, filler) {
    index.build(text.text());
  }
  Padded text;
  StructuralIndex index;
};

std::string at_value(const StructuralIndex& index, std::uint32_t token) {
  const WalkResult walked = skip(index, token);
  if (walked.status != WalkStatus::Complete) return "?";
  const std::uint32_t begin = index.tokens()[token];
  return std::string(index.text().substr(begin, walked.offset - begin));
}

TEST(ForEachMember, ShowsNamesAndValues) {
  const Indexed in(R"( {"a" : 1, "b\n":{"c":[2]} ,"a":"x y" } )");
  std::string seen;
  const WalkResult result = for_each_member(in.index, 0, [&](std::string_view name, auto token) {
    seen += std::string(name) + "=" + at_value(in.index, token) + ";";
    return true;
  });
  EXPECT_EQ(seen, R"(a=1;b\n={"c":[2]};a="x y";)");
  EXPECT_EQ(result.status, WalkStatus::Complete);
  EXPECT_EQ(result.next_token, in.index.tokens().size());
  EXPECT_EQ(result.offset, in.index.text().size() - 1);
}

TEST(ForEachElement, StopsWhenToldSo) {
  const Indexed in(R"([1,{"a":2},3])");
  std::size_t seen = 0;
  const WalkResult result =
      for_each_element(in.index, 0, [&seen](std::uint32_t) { return ++seen < 2; });
  EXPECT_EQ(seen, 2U);
  EXPECT_EQ(result.status, WalkStatus::Stopped);
  EXPECT_EQ(result.offset, 3U);
  EXPECT_EQ(in.index.tokens()[result.next_token], 3U);
}

TEST(ForEach, RefusesOtherValues) {
  const auto no_member = [](std::string_view, std::uint32_t) { return true; };
  const auto no_element = [](std::uint32_t) { return true; };
  for (const char* text : {"[1]", "1", "\"a\"", "}", "null"}) {
    const Indexed in(text);
    EXPECT_EQ(for_each_member(in.index, 0, no_member).status, WalkStatus::Malformed) << text;
  }
  const Indexed object("{}");
  EXPECT_EQ(for_each_element(object.index, 0, no_element).status, WalkStatus::Malformed);
  const Indexed nothing(" ");
  EXPECT_EQ(for_each_element(nothing.index, 0, no_element).status, WalkStatus::Incomplete);
}

struct BrokenCase {
  const char* text;
  WalkStatus status;
  std::uint32_t offset;
  std::size_t items;  // Shown before.
};

TEST(ItemCursor, TellsWhereAndWhy) {
  const BrokenCase cases[] = {
      {"[]", WalkStatus::Complete, 2, 0},
      {"{}", WalkStatus::Complete, 2, 0},
      {"[1,2]", WalkStatus::Complete, 5, 2},
      {"[1,2", WalkStatus::Incomplete, 3, 1},    // 2 might go on.
      {"[1,\"2", WalkStatus::Incomplete, 3, 1},  // An open string.
      {"[1,", WalkStatus::Incomplete, 3, 1},     // Behind the comma.
      {"[{},[1", WalkStatus::Incomplete, 4, 2},  // At the open array.
      {"[{} ", WalkStatus::Incomplete, 4, 1},    // Behind {}: a comma may come.
      {"[", WalkStatus::Incomplete, 1, 0},       //
      {"{\"a\":1,\"b\"", WalkStatus::Incomplete, 7, 1},
      {"{\"a\":1,\"b\":", WalkStatus::Incomplete, 7, 1},
      {"{\"a\":1,\"b\":2", WalkStatus::Incomplete, 7, 1},
      {"[1 2]", WalkStatus::Malformed, 3, 1},
      {"[1,]", WalkStatus::Malformed, 3, 1},
      {"[,1]", WalkStatus::Malformed, 1, 0},
      {"[1}", WalkStatus::Malformed, 2, 1},
      {"{1:2}", WalkStatus::Malformed, 1, 0},
      {"{\"a\" 2}", WalkStatus::Malformed, 5, 0},
      {"{\"a\":}", WalkStatus::Malformed, 5, 0},
      {"{\"a\":1,}", WalkStatus::Malformed, 7, 1},
      {"[[1},2]", WalkStatus::Malformed, 3, 1},  // Shown, and its end is wrong.
  };
  for (const BrokenCase& c : cases) {
    const Indexed in(c.text);
    ItemCursor item(in.index, 0);
    std::size_t items = 0;
    while (item.next()) ++items;
    EXPECT_EQ(item.result().status, c.status) << c.text;
    EXPECT_EQ(item.result().offset, c.offset) << c.text;
    EXPECT_EQ(items, c.items) << c.text;
    EXPECT_FALSE(item.next()) << c.text;
  }
}

TEST(ItemCursor, LeaveSparesTheSkip) {
  const Indexed in(R"([[1,2],3])");
  ItemCursor item(in.index, 0);
  ASSERT_TRUE(item.next());
  item.leave(skip(in.index, item.value()));
  ASSERT_TRUE(item.next());
  EXPECT_EQ(in.index.tokens()[item.value()], 7U);
}

// Reads an array or object through windows of `width` more bytes each time, as a streaming reader
// does: what is read stays read, what was cut comes again.
std::string read_in_windows(std::string_view text, std::size_t width, Kind kind) {
  std::string seen;
  ItemCursor::Position at{1, ItemCursor::Expect::ItemOrEnd};
  for (std::size_t begin = 0, end = width;; end += width) {
    begin += at.offset;
    const Indexed in(text.substr(begin, std::max(end, begin) - begin), ']');
    ItemCursor item(in.index, 0, kind, at.expect);
    while (item.next()) {
      const WalkResult walked = skip(in.index, item.value());
      if (walked.status == WalkStatus::Incomplete) break;
      seen += std::string(item.name()) + ":" + at_value(in.index, item.value()) + ";";
      item.leave(walked);
    }
    if (item.result().status == WalkStatus::Complete) return seen;
    if (item.result().status == WalkStatus::Malformed) return item.result().problem;
    if (end > text.size() + width) return "no end";
    at = item.position();
  }
}

TEST(ItemCursor, ResumesInALongerWindow) {
  const std::string_view array = R"([{"a":[1,"é"]}, 12 ,"x\"y" , [[]],true,{} ] )";
  const std::string_view object = R"({"a":[1,"é"], "b c" : 12 ,"d":"x\"y","e":{ }} )";
  const std::string elements = R"(:{"a":[1,"é"]};:12;:"x\"y";:[[]];:true;:{};)";
  const std::string members = R"(a:[1,"é"];b c:12;d:"x\"y";e:{ };)";
  for (std::size_t width = 1; width < 60; ++width) {
    EXPECT_EQ(read_in_windows(array, width, Kind::Array), elements) << width;
    EXPECT_EQ(read_in_windows(object, width, Kind::Object), members) << width;
  }
}

TEST(KindAt, FirstByteTells) {
  const Indexed in(R"({"a":[1,-1,true,false,null]}x)");
  const std::vector<std::optional<Kind>> kinds = {
      Kind::Object, Kind::String, std::nullopt, Kind::Array,  Kind::Number, std::nullopt,
      Kind::Number, std::nullopt, Kind::True,   std::nullopt, Kind::False,  std::nullopt,
      Kind::Null,   std::nullopt, std::nullopt, std::nullopt, std::nullopt};
  for (std::uint32_t token = 0; token < kinds.size(); ++token) {
    EXPECT_EQ(kind_at(in.index, token), kinds[token]) << token;
  }
}

TEST(ScalarAt, ChecksWhatItShows) {
  const auto raw_at = [](std::string_view text) -> std::string {
    const Indexed in(text);
    const std::optional<Value> value = scalar_at(in.index, 0);
    return value ? std::string(value->raw) : "none";
  };
  EXPECT_EQ(raw_at("\"a b\" "), "a b");
  EXPECT_EQ(raw_at("-1.5 ,"), "-1.5");
  for (const char* text : {"", "{}", "]", "tru", "01", "\"abc", "\"\\x\""}) {
    EXPECT_EQ(raw_at(text), "none") << text;
  }
}

}  // namespace
}  // namespace trailwarden::json
