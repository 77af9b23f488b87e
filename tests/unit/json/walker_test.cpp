#include "json/walker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "padded.h"

namespace trailwarden::json {
namespace {

// A text, its index, and what a walk found at some paths, as one line: "path=kind:raw" in order.
class Walked {
 public:
  Walked(std::string_view text, const std::vector<std::string>& paths) : text_(text) {
    index_.build(text_.text());
    ProjectionBuilder builder;
    for (const std::string& path : paths) builder.add(path);
    projection_ = std::move(builder).build();
    found_.clear(projection_.field_count());
    result_ = project(index_, 0, projection_, found_);
  }

  const WalkResult& result() const { return result_; }

  std::string lines() {
    std::string out;
    for (std::uint32_t field = 0; field < projection_.field_count(); ++field) {
      for (std::uint32_t i = found_.first(FieldId{field}); i != Projected::kNone;
           i = found_.value(i).next) {
        const Value& value = found_.value(i);
        out += std::string(projection_.path(FieldId{field})) + "=";
        out += value.kind == Kind::String ? found_.text_of(value) : value.raw;
        if (value.element != ElementId{}) {
          out.append("@").append(std::to_string(static_cast<std::uint32_t>(value.element)));
        }
        out += ";";
      }
    }
    return out;
  }

  Projected& found() { return found_; }
  const StructuralIndex& index() const { return index_; }

 private:
  Padded text_;
  StructuralIndex index_;
  Projection projection_;
  Projected found_;
  WalkResult result_;
};

struct ProjectCase {
  const char* why;
  const char* text;
  std::vector<std::string> paths;
  const char* found;
};

const ProjectCase kProjectCases[] = {
    {"a member", R"({"a":"x","b":2})", {"a"}, "a=x;"},
    {"members in any order", R"({"b":2,"a":"x"})", {"a", "b"}, "a=x;b=2;"},
    {"white space everywhere", " { \"a\" : \"x\" \n,\t\"b\"\r: 2 } ", {"a", "b"}, "a=x;b=2;"},
    {"literals", R"({"a":true,"b":false,"c":null})", {"a", "b", "c"}, "a=true;b=false;c=null;"},
    {"nested", R"({"a":{"b":{"c":1}},"b":3})", {"a.b.c"}, "a.b.c=1;"},
    {"what nobody asked for is skipped", R"({"x":{"a":[1,{"a":2}]},"a":3})", {"a"}, "a=3;"},
    {"an empty object and array", R"({"a":{},"b":[]})", {"a", "b", "a.x"}, "a={};b=[];"},
    {"an object is a value too", R"({"a": {"b":1} })", {"a", "a.b"}, R"(a={"b":1};a.b=1;)"},
    {"the elements follow their array", R"({"a":[1,"x"]})", {"a"}, R"(a=[1,"x"];a=1;a=x;)"},
    {"arrays in arrays are flattened",
     R"({"a":[[1],[[2],3]]})",
     {"a"},
     "a=[[1],[[2],3]];a=1@1;a=2@3;a=3@2;"},
    {"arrays are passed through", R"({"a":[{"b":1},{"b":2}]})", {"a.b"}, "a.b=1@1;a.b=2@2;"},
    {"objects in arrays are values",
     R"({"a":[{"b":1}]})",
     {"a", "a.b"},
     R"(a=[{"b":1}];a={"b":1}@1;a.b=1@1;)"},
    {"a repeated member counts twice", R"({"a":1,"a":2})", {"a"}, "a=1;a=2;"},
    {"a name with dots",
     R"({"a.b":1,"a":{"b":2,"b.c":3}})",
     {"a.b", "a.b.c"},
     "a.b=1;a.b=2;a.b.c=3;"},
    {"a name with escapes", R"({"\u0061":1,"\u0061\u002eb":2})", {"a", "a.b"}, "a=1;a.b=2;"},
    {"a path with a backslash", R"({"a\\b":1,"a\b":2})", {"a\\b"}, "a\\b=1;"},
    {"the walked value itself",
     R"([1,{"a":2}])",
     {"", "a"},
     R"(=[1,{"a":2}];=1;={"a":2}@1;a=2@1;)"},
    {"a bare scalar", " 12 ", {""}, "=12;"},
    {"a bare string", R"( "a\"b" )", {""}, "=a\"b;"},
    {"names as long as 16 bytes and longer",
     R"({"requestParameter":1,"requestParameters":2,"requestParametery":3,"":4})",
     {"requestParameters", "requestParameter"},
     "requestParameters=2;requestParameter=1;"},
    {"names of 7, 8 and 9 bytes",
     R"({"1234567":1,"12345678":2,"123456789":3})",
     {"12345678", "1234567", "123456789"},
     "12345678=2;1234567=1;123456789=3;"},
};

TEST(Project, Table) {
  for (const ProjectCase& c : kProjectCases) {
    Walked walked(c.text, c.paths);
    EXPECT_EQ(walked.result().status, WalkStatus::Complete) << c.why << walked.result().problem;
    EXPECT_EQ(walked.lines(), c.found) << c.why;
  }
}

struct BadCase {
  const char* why;
  const char* text;
  std::vector<std::string> paths;
  WalkStatus status;
  std::uint32_t offset;
};

const BadCase kBadCases[] = {
    {"nothing", "", {"a"}, WalkStatus::Incomplete, 0},
    {"white space", "  ", {"a"}, WalkStatus::Incomplete, 2},
    {"an open object", R"({"a":1)", {"a"}, WalkStatus::Incomplete, 0},
    {"a name alone", R"({"a")", {"a"}, WalkStatus::Incomplete, 0},
    {"an open string", R"("abc)", {""}, WalkStatus::Incomplete, 0},
    {"an open skipped object", R"({"x":{"y":[1],)", {"a"}, WalkStatus::Incomplete, 0},
    {"a fault inside", "{\"a\":1,\"b\":\"\x01\"}", {"a"}, WalkStatus::Incomplete, 0},
    {"a value cut by a fault", "12\xFF", {""}, WalkStatus::Incomplete, 0},
    {"no colon", R"({"a" 1})", {"a"}, WalkStatus::Malformed, 5},
    {"no colon before the end", R"({"a"})", {"a"}, WalkStatus::Malformed, 4},
    {"a name without quotes", R"({a:1})", {"a"}, WalkStatus::Malformed, 1},
    {"no value", R"({"a":,"b":1})", {"a"}, WalkStatus::Malformed, 5},
    {"no value of a skipped member", R"({"a":1,"b":})", {"a"}, WalkStatus::Malformed, 11},
    {"no comma between members", R"({"a":1 "b":2})", {"a"}, WalkStatus::Malformed, 7},
    {"a comma at the end", R"({"a":1,})", {"a"}, WalkStatus::Malformed, 7},
    {"a comma at the end of an array", R"({"a":[1,]})", {"a"}, WalkStatus::Malformed, 8},
    {"no comma between elements", R"({"a":[1 2]})", {"a"}, WalkStatus::Malformed, 8},
    {"the wrong bracket", R"({"a":[1}})", {"a"}, WalkStatus::Malformed, 7},
    {"the wrong bracket of a skipped array", R"({"x":[},"a":1})", {"a"}, WalkStatus::Malformed, 6},
    {"the wrong bracket of a skipped object",
     R"({"x":{"y":1],"a":1})",
     {"a"},
     WalkStatus::Malformed,
     11},
    {"a wrong literal", R"({"a":trues})", {"a"}, WalkStatus::Malformed, 5},
    {"a wrong number", R"({"a":01})", {"a"}, WalkStatus::Malformed, 5},
    {"two scalars for one", R"({"a":1"x"})", {"a"}, WalkStatus::Malformed, 6},
    {"a wrong escape", R"({"a":"\x"})", {"a"}, WalkStatus::Malformed, 5},
    {"a short escape", R"({"a":"\u12"})", {"a"}, WalkStatus::Malformed, 5},
    {"a closing bracket", "]", {"a"}, WalkStatus::Malformed, 0},
    {"a control character", "{\"a\":\f}", {"a"}, WalkStatus::Malformed, 5},
};

// Strings are searched for escapes only near backslashes: wherever those stand.
TEST(Project, EscapesAreSeenWhereverTheyStand) {
  for (const std::size_t size : {0U, 1U, 30U, 4000U, 4096U, 9000U}) {
    for (std::size_t front = 4050; front < 4140; ++front) {
      const std::string before(front, ' ');
      const std::string text(size, 'x');
      Walked first(before + R"({"a":"\n)" + text + R"(","b":"y"})", {"a", "b"});
      EXPECT_EQ(first.lines(), "a=\n" + text + ";b=y;") << size << " " << front;
      Walked last(before + R"({"a":")" + text + R"(\n","b":"y"})", {"a", "b"});
      EXPECT_EQ(last.lines(), "a=" + text + "\n;b=y;") << size << " " << front;
      Walked none(R"({"c":"\n"})" + before + R"([{"a":")" + text + "\"}]", {"a"});
      EXPECT_EQ(none.result().status, WalkStatus::Complete);
    }
  }
}

TEST(Project, TellsNamesApartByEveryByte) {
  for (std::size_t size = 1; size <= 50; ++size) {
    const std::string name(size, 'n');
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = name;
      other[at] = 'm';
      Walked walked("{\"" + other + "\":1,\"" + name + "\":2,\"" + name + "n\":3}", {name});
      EXPECT_EQ(walked.lines(), name + "=2;") << other;
    }
  }
}

TEST(Project, SaysWhereItBroke) {
  for (const BadCase& c : kBadCases) {
    const Walked walked(c.text, c.paths);
    EXPECT_EQ(walked.result().status, c.status) << c.why;
    EXPECT_EQ(walked.result().offset, c.offset) << c.why << ": " << walked.result().problem;
    EXPECT_EQ(*walked.result().problem != '\0', c.status == WalkStatus::Malformed) << c.why;
  }
}

TEST(Project, Numbers) {
  for (const char* number : {"0", "-0", "10", "1.5", "-0.25e+10", "1E5", "1e-5"}) {
    EXPECT_EQ(Walked(number, {""}).result().status, WalkStatus::Complete) << number;
  }
  for (const char* number :
       {"-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 e", "NaN", "--1"}) {
    EXPECT_EQ(Walked(std::string("[") + number + "]", {""}).result().status, WalkStatus::Malformed)
        << number;
  }
}

TEST(Skip, TellsBracketsApart) {
  for (const char* text : {R"([{"a":[1,2]}])", R"({"a":[{}]})", "[]", "{}"}) {
    const Walked walked(text, {});
    const WalkResult skipped = skip(walked.index(), 0);
    EXPECT_EQ(skipped.status, WalkStatus::Complete) << text;
    EXPECT_EQ(skipped.offset, std::string_view(text).size()) << text;
  }
  for (const char* text : {"[1}", R"({"a":1])", R"({"a":[1}])"}) {
    const Walked walked(text, {});
    const WalkResult skipped = skip(walked.index(), 0);
    EXPECT_EQ(skipped.status, WalkStatus::Malformed) << text;
    EXPECT_EQ(skipped.offset, std::string_view(text).size() - 1) << text;
    EXPECT_STRNE(skipped.problem, "") << text;
  }
}

// Hostile nesting must end in a verdict, not in a stack overflow.
TEST(Project, NestingIsBounded) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(Walked(nested(kWalkDepthMax), {""}).result().status, WalkStatus::Complete);
  EXPECT_STREQ(Walked(nested(kWalkDepthMax + 1), {""}).result().problem, "nested too deeply");
  const std::string skipped = std::string(R"({"x":)") + nested(1'000'000) + R"(,"a":1})";
  EXPECT_EQ(Walked(skipped, {"a"}).lines(), "a=1;");
}

TEST(Project, WalksRecordsOneAfterAnother) {
  const Padded text("{\"a\":1}\n {\"a\":2}\n");
  StructuralIndex index;
  index.build(text.text());
  ProjectionBuilder builder;
  const FieldId a = builder.add("a");
  const Projection projection = std::move(builder).build();
  Projected found;
  found.clear(projection.field_count());
  const WalkResult first = project(index, 0, projection, found);
  EXPECT_EQ(first.offset, 7U);
  EXPECT_EQ(found.value(found.first(a)).raw, "1");
  found.clear(projection.field_count());
  const WalkResult second = project(index, first.next_token, projection, found);
  EXPECT_EQ(second.offset, 16U);
  EXPECT_EQ(found.value(found.first(a)).raw, "2");
  EXPECT_EQ(second.next_token, index.tokens().size());
}

TEST(Unescape, Table) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"plain", "plain"},
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(\u0041\u00e9\u20AC)", "A\xC3\xA9\xE2\x82\xAC"},
      {R"(\ud83d\uDE00!)", "\xF0\x9F\x98\x80!"},
      {R"(\ud83dx)", "\xEF\xBF\xBDx"},
      {R"(\ude00)", "\xEF\xBF\xBD"},
      {R"(\ud83d\u0041)",
       "\xEF\xBF\xBD"
       "A"},
      {R"(\ud83d\ud83d\ude00)", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
      {R"(\x \u12 \)", R"(\x \u12 \)"},
  };
  for (const auto& [raw, value] : cases) {
    std::string out = "before ";
    unescape(raw, out);
    EXPECT_EQ(out, std::string("before ") + value) << raw;
  }
}
}  // namespace
}  // namespace trailwarden::json
