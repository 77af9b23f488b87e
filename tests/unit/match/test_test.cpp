// What each kind of test says of one value.
#include "match/test.h"

#include <gtest/gtest.h>

#include <limits>

#include "record.h"

namespace trailwarden::match {
namespace {

// Whether {"v": …} with this value meets `test` at field "v".
bool meets(Test test, std::string_view value, bool inverted = false) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  const auto id = builder.add({field, std::move(test), inverted});
  if (!id) return false;
  builder.add_rule(Expression::holds(*id));
  const Matcher matcher = std::move(builder).build();
  return !rules_of(matcher, "{\"v\":" + std::string(value) + "}").empty();
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr auto kAny = Domain::AnyText;
constexpr auto kStrings = Domain::Strings;

struct Case_ {
  const char* why;
  Test test;
  const char* value;
  bool passes;
};

void expect_all(const std::vector<Case_>& cases) {
  for (const Case_& it : cases) EXPECT_EQ(meets(it.test, it.value), it.passes) << it.why;
}

TEST(TextIs, Table) {
  expect_all({
      {"the string", TextIs{{"x"}, Case::Sensitive, kStrings}, R"("x")", true},
      {"one of several", TextIs{{"x", "y"}, Case::Sensitive, kStrings}, R"("y")", true},
      {"none of several", TextIs{{"x", "y"}, Case::Sensitive, kStrings}, R"("z")", false},
      {"other case", TextIs{{"x"}, Case::Sensitive, kStrings}, R"("X")", false},
      {"case ignored", TextIs{{"aBc"}, Case::Ignore, kStrings}, R"("AbC")", true},
      {"an escape is resolved first", TextIs{{"a\"b"}, Case::Sensitive, kStrings}, R"("a\"b")",
       true},
      {"a character as an escape", TextIs{{"é"}, Case::Sensitive, kStrings}, R"("\u00e9")", true},
      {"an element of an array", TextIs{{"x"}, Case::Sensitive, kStrings}, R"(["y","x"])", true},
      {"no string, no text", TextIs{{"5"}, Case::Sensitive, kStrings}, "5", false},
      {"a number is text for Sigma", TextIs{{"5"}, Case::Sensitive, kAny}, "5", true},
      {"a boolean too", TextIs{{"TRUE"}, Case::Ignore, kAny}, "true", true},
      {"null is no text", TextIs{{"null"}, Case::Sensitive, kAny}, "null", false},
      {"a container is its compact text", TextIs{{R"({"a":[1,2]})"}, Case::Sensitive, kAny},
       R"({ "a" : [1, 2] })", true},
      {"white space in strings stays", TextIs{{R"({"a":" b "})"}, Case::Sensitive, kAny},
       R"({"a": " b "})", true},
      {"the empty string", TextIs{{""}, Case::Sensitive, kStrings}, R"("")", true},
      {"no values, no match", TextIs{{}, Case::Sensitive, kStrings}, R"("")", false},
  });
}

TEST(TextIs, AboveAsciiIgnoresCaseAsEventRulerDoes) {
  expect_all({
      {"one other spelling", TextIs{{"Ä"}, Case::Ignore, kStrings}, R"("ä")", true},
      {"sharp s is also SS", TextIs{{"straße"}, Case::Ignore, kStrings}, R"("STRASSE")", true},
      {"but not ss", TextIs{{"straße"}, Case::Ignore, kStrings}, R"("strasse")", false},
      {"two bytes against three", TextIs{{"ⱥ"}, Case::Ignore, kStrings}, R"("Ⱥ")", true},
      {"ASCII has ASCII spellings only", TextIs{{"k"}, Case::Ignore, kStrings}, R"("\u212a")",
       false},
      {"a Kelvin sign is also a k", TextIs{{"\u212a"}, Case::Ignore, kStrings}, R"("k")", true},
      {"a plain name beside it", TextIs{{"Ä", "Plain"}, Case::Ignore, kStrings}, R"("pLAIN")",
       true},
      {"case matters", TextIs{{"Ä"}, Case::Sensitive, kStrings}, R"("ä")", false},
      {"as a part", TextHas{{"ÄB"}, Anchor::Inside, Case::Ignore, kStrings}, R"("xäby")", true},
      {"as a prefix", TextHas{{"Ä"}, Anchor::Prefix, Case::Ignore, kStrings}, R"("xä")", false},
      {"as a suffix", TextHas{{"Ä"}, Anchor::Suffix, Case::Ignore, kStrings}, R"("xä")", true},
      {"in a glob",
       TextGlob{
           {{{GlobPart::What::Literal, "Ä"}, {GlobPart::What::Run, {}}}}, Case::Ignore, kStrings},
       R"("ä\nb")", true},
  });
}

TEST(TextHas, Table) {
  const auto has = [](std::vector<std::string> parts, Anchor anchor, Case letters = Case::Sensitive,
                      Domain domain = kStrings) {
    return TextHas{std::move(parts), anchor, letters, domain};
  };
  expect_all({
      {"prefix", has({"aws."}, Anchor::Prefix), R"("aws.s3")", true},
      {"not elsewhere", has({"aws."}, Anchor::Prefix), R"("x.aws.s3")", false},
      {"suffix", has({"s3"}, Anchor::Suffix), R"("aws.s3")", true},
      {"inside", has({"w"}, Anchor::Inside), R"("aws")", true},
      {"second part", has({"q", "w"}, Anchor::Inside), R"("aws")", true},
      {"longer than the text", has({"awss"}, Anchor::Suffix), R"("aws")", false},
      {"empty part", has({""}, Anchor::Prefix), R"("")", true},
      {"empty part needs a string", has({""}, Anchor::Prefix), "1", false},
      {"ignoring case", has({"WS"}, Anchor::Inside, Case::Ignore), R"("aWs")", true},
      {"quotes of an embedded document",
       has({R"("Effect":"Allow")"}, Anchor::Inside, Case::Sensitive, kAny),
       R"({"policy":"{\"Effect\":\"Allow\"}"})", true},
      {"and as it stands", has({R"(\"Effect\")"}, Anchor::Inside, Case::Sensitive, kAny),
       R"({"policy":"{\"Effect\":\"Allow\"}"})", true},
      {"an escaped backslash before a quote stays",
       has({R"("a\\","b")"}, Anchor::Inside, Case::Sensitive, kAny), R"(["a\\", "b"])", true},
  });
}

TEST(TextRegex, Table) {
  expect_all({
      {"unanchored", TextRegex{.expression = "b+"}, R"("abbc")", true},
      {"case", TextRegex{.expression = "B"}, R"("abc")", false},
      {"no case", TextRegex{.expression = "B", .letters = Case::Ignore}, R"("abc")", true},
      {"a dot stops at line ends", TextRegex{.expression = "a.b"}, R"("a\nb")", false},
      {"unless told", TextRegex{.expression = "a.b", .dot_matches_newline = true}, R"("a\nb")",
       true},
      {"whole text", TextRegex{.expression = "^b$"}, R"("a\nb")", false},
      {"lines", TextRegex{.expression = "^b$", .multi_line = true}, R"("a\nb")", true},
  });
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  const auto bad = builder.add({field, TextRegex{.expression = "(?<=a)b"}, false});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::Syntax);
}

TEST(NumberTests, Table) {
  expect_all({
      {"forms of one number", NumberIs{{300}, false}, "3.0e2", true},
      {"another number", NumberIs{{300}, false}, "301", false},
      {"not a string", NumberIs{{300}, false}, R"("300")", false},
      {"unless told", NumberIs{{300}, true}, R"("300")", true},
      {"no words", NumberIs{{kInfinity}, true}, R"("inf")", false},
      {"beyond doubles", NumberIn{0, kInfinity, true, true, false}, "1e999", false},
      {"open end", NumberIn{0, kInfinity, true, true, false}, "1e99", true},
      {"bound in", NumberIn{0, 5, true, true, false}, "5", true},
      {"bound out", NumberIn{0, 5, true, false, false}, "5", false},
      {"lower bound out", NumberIn{0, 5, false, false, false}, "0", false},
      {"minus zero", NumberIs{{0}, false}, "-0.0", true},
  });
}

TEST(LiteralsAndPresence, Table) {
  using Which = IsLiteral::Which;
  using What = IsPresent::What;
  expect_all({
      {"true", IsLiteral{Which::True}, "true", true},
      {"not its text", IsLiteral{Which::True}, R"("true")", false},
      {"null", IsLiteral{Which::Null}, "null", true},
      {"null is not empty", IsLiteral{Which::Null}, "[]", false},
      {"leaf", IsPresent{What::Leaf}, "null", true},
      {"an object is no leaf", IsPresent{What::Leaf}, R"({"a":1})", false},
      {"an empty array has none", IsPresent{What::Leaf}, "[]", false},
      {"anything", IsPresent{What::Anything}, "[]", true},
      {"not null", IsPresent{What::NotNull}, "null", false},
      {"an object is not null", IsPresent{What::NotNull}, "{}", true},
  });
}

TEST(InvertedTests, NeedAScalarThatFails) {
  const TextIs x{{"x"}, Case::Sensitive, kStrings};
  EXPECT_TRUE(meets(x, R"("y")", true));
  EXPECT_FALSE(meets(x, R"("x")", true));
  EXPECT_TRUE(meets(x, R"(["x","y"])", true));
  EXPECT_TRUE(meets(x, "null", true));
  EXPECT_FALSE(meets(x, "[]", true));
  EXPECT_FALSE(meets(x, R"({"x":1})", true));
}

TEST(LikeField, ComparesWithEachValueOfTheOther) {
  MatcherBuilder builder;
  const json::FieldId left = builder.fields().add("l");
  const json::FieldId right = builder.fields().add("r");
  for (const auto how : {LikeField::How::Equal, LikeField::How::Prefix, LikeField::How::Suffix,
                         LikeField::How::Inside}) {
    builder.add_rule(
        Expression::holds(*builder.add({left, LikeField{how, right, Case::Ignore}, false})));
  }
  const Matcher matcher = std::move(builder).build();
  const auto ids = [&](std::string_view json) {
    std::vector<unsigned> result;
    for (const RuleId id : rules_of(matcher, json)) result.push_back(index_of(id));
    return result;
  };
  EXPECT_EQ(ids(R"({"l":"ab","r":["q","AB"]})"), (std::vector<unsigned>{0, 1, 2, 3}));
  EXPECT_EQ(ids(R"({"l":"abc","r":"a"})"), (std::vector<unsigned>{1, 3}));
  EXPECT_EQ(ids(R"({"l":"abc","r":"c"})"), (std::vector<unsigned>{2, 3}));
  EXPECT_EQ(ids(R"({"l":12,"r":"12"})"), (std::vector<unsigned>{0, 1, 2, 3}));
  EXPECT_EQ(ids(R"({"l":"x","r":null})"), (std::vector<unsigned>{}));
}

}  // namespace
}  // namespace trailwarden::match
