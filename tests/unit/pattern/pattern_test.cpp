// Event patterns in our own cases: each operator with a hit, a miss and its invalid forms. The
// answers are those of the EventBridge User Guide and aws/event-ruler.
#include "pattern/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "pattern_fixture.h"

namespace trailwarden::pattern {
namespace {

constexpr Answer kMatch = Answer::Match;
constexpr Answer kNoMatch = Answer::NoMatch;

struct Case {
  const char* why;
  const char* pattern;
  const char* event;
  Answer answer;
};

class PatternTable : public testing::TestWithParam<Case> {};

TEST_P(PatternTable, Answers) {
  const Case& it = GetParam();
  EXPECT_EQ(ask(it.pattern, it.event), it.answer) << it.why << "\n"
                                                  << it.pattern << "\n"
                                                  << it.event;
}

constexpr Case kValues[] = {
    {"a string", R"({"n":["GetUser"]})", R"({"n":"GetUser"})", kMatch},
    {"another string", R"({"n":["GetUser"]})", R"({"n":"getuser"})", kNoMatch},
    {"one of a list", R"({"n":["A","B"]})", R"({"n":"B"})", kMatch},
    {"mixed list, by number", R"({"n":["A",7,null]})", R"({"n":7.0})", kMatch},
    {"mixed list, by null", R"({"n":["A",7,null]})", R"({"n":null})", kMatch},
    {"forms of a number", R"({"n":[1.5e3]})", R"({"n":1500})", kMatch},
    {"a number is no string", R"({"n":[15]})", R"({"n":"15"})", kNoMatch},
    {"true", R"({"n":[true]})", R"({"n":true})", kMatch},
    {"true is no text", R"({"n":["true"]})", R"({"n":true})", kNoMatch},
    {"null is not absence", R"({"n":[null]})", R"({"m":1})", kNoMatch},
    {"null is not []", R"({"n":[null]})", R"({"n":[]})", kNoMatch},
    {"the empty string", R"({"n":[""]})", R"({"n":""})", kMatch},
    {"escapes in the pattern", R"({"n":["\u0041\n"]})", R"({"n":"A\n"})", kMatch},
    {"no Unicode normalisation", R"({"n":["\u00e9"]})", R"({"n":"e\u0301"})", kNoMatch},
    {"exactly", R"({"n":[{"exactly":"x"}]})", R"({"n":"x"})", kMatch},
};
INSTANTIATE_TEST_SUITE_P(Values, PatternTable, testing::ValuesIn(kValues));

constexpr Case kTexts[] = {
    {"prefix", R"({"n":[{"prefix":"aws."}]})", R"({"n":"aws.iam"})", kMatch},
    {"prefix elsewhere", R"({"n":[{"prefix":"iam"}]})", R"({"n":"aws.iam"})", kNoMatch},
    {"every string has the empty prefix", R"({"n":[{"prefix":""}]})", R"({"n":""})", kMatch},
    {"a number has none", R"({"n":[{"prefix":""}]})", R"({"n":1})", kNoMatch},
    {"prefix in any case", R"({"n":[{"prefix":{"equals-ignore-case":"ARN:"}}]})",
     R"({"n":"arn:aws"})", kMatch},
    {"suffix", R"({"n":[{"suffix":".gz"}]})", R"({"n":"a.gz"})", kMatch},
    {"suffix missed", R"({"n":[{"suffix":".gz"}]})", R"({"n":"a.gz2"})", kNoMatch},
    {"suffix in any case", R"({"n":[{"suffix":{"equals-ignore-case":".GZ"}}]})", R"({"n":"a.gz"})",
     kMatch},
    {"any case", R"({"n":[{"equals-ignore-case":"rOOt"}]})", R"({"n":"Root"})", kMatch},
    {"any case, longer", R"({"n":[{"equals-ignore-case":"rOOt"}]})", R"({"n":"Roots"})", kNoMatch},
    {"a star takes nothing", R"({"n":[{"wildcard":"a*b"}]})", R"({"n":"ab"})", kMatch},
    {"a star takes slashes", R"({"n":[{"wildcard":"a*b*"}]})", R"({"n":"a/:/b/c"})", kMatch},
    {"the whole value", R"({"n":[{"wildcard":"a*b"}]})", R"({"n":"abc"})", kNoMatch},
    {"an escaped star", R"({"n":[{"wildcard":"a\\*b"}]})", R"({"n":"a*b"})", kMatch},
    {"is only itself", R"({"n":[{"wildcard":"a\\*b"}]})", R"({"n":"axb"})", kNoMatch},
    {"an escaped backslash", R"({"n":[{"wildcard":"a\\\\*"}]})", R"({"n":"a\\b"})", kMatch},
    {"the empty wildcard", R"({"n":[{"wildcard":""}]})", R"({"n":"x"})", kNoMatch},
    {"a question mark is itself", R"({"n":[{"wildcard":"a?"}]})", R"({"n":"ab"})", kNoMatch},
};
INSTANTIATE_TEST_SUITE_P(Texts, PatternTable, testing::ValuesIn(kTexts));

constexpr Case kNumbersAndNetworks[] = {
    {"equal", R"({"n":[{"numeric":["=",300]}]})", R"({"n":3e2})", kMatch},
    {"above", R"({"n":[{"numeric":[">",5]}]})", R"({"n":5})", kNoMatch},
    {"at least", R"({"n":[{"numeric":[">=",5]}]})", R"({"n":5})", kMatch},
    {"below", R"({"n":[{"numeric":["<",-1.5]}]})", R"({"n":-2})", kMatch},
    {"between", R"({"n":[{"numeric":[">",0,"<=",5]}]})", R"({"n":5})", kMatch},
    {"not between", R"({"n":[{"numeric":[">",0,"<=",5]}]})", R"({"n":0})", kNoMatch},
    {"a string is no number", R"({"n":[{"numeric":[">",0]}]})", R"({"n":"1"})", kNoMatch},
    {"in the network", R"({"n":[{"cidr":"10.0.0.0/24"}]})", R"({"n":"10.0.0.255"})", kMatch},
    {"outside", R"({"n":[{"cidr":"10.0.0.0/24"}]})", R"({"n":"10.0.1.0"})", kNoMatch},
    {"host bits are masked", R"({"n":[{"cidr":"10.0.0.77/24"}]})", R"({"n":"10.0.0.1"})", kMatch},
    {"one address", R"({"n":[{"cidr":"10.0.0.7/32"}]})", R"({"n":"10.0.0.7"})", kMatch},
    {"IPv6", R"({"n":[{"cidr":"2001:db8::/32"}]})", R"({"n":"2001:DB8::1"})", kMatch},
    {"families are apart", R"({"n":[{"cidr":"0.0.0.0/0"}]})", R"({"n":"::1"})", kNoMatch},
    {"a service", R"({"n":[{"cidr":"0.0.0.0/0"}]})", R"({"n":"ec2.amazonaws.com"})", kNoMatch},
    {"text like an address is text", R"({"n":["10.0.0.7"]})", R"({"n":"10.0.0.07"})", kNoMatch},
};
INSTANTIATE_TEST_SUITE_P(NumbersAndNetworks, PatternTable, testing::ValuesIn(kNumbersAndNetworks));

constexpr Case kPresence[] = {
    {"a leaf", R"({"n":[{"exists":true}]})", R"({"n":0})", kMatch},
    {"null is a leaf", R"({"n":[{"exists":true}]})", R"({"n":null})", kMatch},
    {"an object is none", R"({"n":[{"exists":true}]})", R"({"n":{"m":1}})", kNoMatch},
    {"absent", R"({"n":[{"exists":false}]})", R"({"m":1})", kMatch},
    {"an empty array is absent", R"({"n":[{"exists":false}]})", R"({"n":[]})", kMatch},
    {"an object is absent", R"({"n":[{"exists":false}]})", R"({"n":{"m":1}})", kMatch},
    {"not absent", R"({"n":[{"exists":false}]})", R"({"n":null})", kNoMatch},
    {"absent or a value", R"({"n":[{"exists":false},"x"]})", R"({"n":"x"})", kMatch},
    {"absent or another", R"({"n":[{"exists":false},"x"]})", R"({"n":"y"})", kNoMatch},
};
INSTANTIATE_TEST_SUITE_P(Presence, PatternTable, testing::ValuesIn(kPresence));

constexpr Case kAnythingBut[] = {
    {"another", R"({"n":[{"anything-but":"x"}]})", R"({"n":"y"})", kMatch},
    {"the one", R"({"n":[{"anything-but":"x"}]})", R"({"n":"x"})", kNoMatch},
    {"another type", R"({"n":[{"anything-but":"1"}]})", R"({"n":1})", kMatch},
    {"null", R"({"n":[{"anything-but":["x"]}]})", R"({"n":null})", kMatch},
    {"nothing there", R"({"n":[{"anything-but":"x"}]})", R"({"m":"y"})", kNoMatch},
    {"a number", R"({"n":[{"anything-but":[1,2]}]})", R"({"n":2.0})", kNoMatch},
    {"one element passes", R"({"n":[{"anything-but":["x","y"]}]})", R"({"n":["x","z"]})", kMatch},
    {"no element passes", R"({"n":[{"anything-but":["x","y"]}]})", R"({"n":["x","y"]})", kNoMatch},
    {"an empty array", R"({"n":[{"anything-but":["x"]}]})", R"({"n":[]})", kNoMatch},
    {"prefix", R"({"n":[{"anything-but":{"prefix":"a"}}]})", R"({"n":"ab"})", kNoMatch},
    {"prefixes", R"({"n":[{"anything-but":{"prefix":["a","b"]}}]})", R"({"n":"c"})", kMatch},
    {"prefix and a number", R"({"n":[{"anything-but":{"prefix":"1"}}]})", R"({"n":1})", kMatch},
    {"suffix", R"({"n":[{"anything-but":{"suffix":["b"]}}]})", R"({"n":"ab"})", kNoMatch},
    {"any case", R"({"n":[{"anything-but":{"equals-ignore-case":["A"]}}]})", R"({"n":"a"})",
     kNoMatch},
    {"wildcards", R"({"n":[{"anything-but":{"wildcard":["a*","*z"]}}]})", R"({"n":"xyz"})",
     kNoMatch},
    {"no wildcard", R"({"n":[{"anything-but":{"wildcard":"a*"}}]})", R"({"n":"ba"})", kMatch},
};
INSTANTIATE_TEST_SUITE_P(AnythingBut, PatternTable, testing::ValuesIn(kAnythingBut));

constexpr Case kStructure[] = {
    {"all fields", R"({"a":["1"],"b":["2"]})", R"({"b":"2","a":"1"})", kMatch},
    {"one is missing", R"({"a":["1"],"b":["2"]})", R"({"a":"1"})", kNoMatch},
    {"nested", R"({"a":{"b":{"c":[1]}}})", R"({"a":{"b":{"c":1}}})", kMatch},
    {"names have case", R"({"A":["1"]})", R"({"a":"1"})", kNoMatch},
    {"dots join in the pattern", R"({"a.b":["x"]})", R"({"a":{"b":"x"}})", kMatch},
    {"and in the event", R"({"a":{"b":["x"]}})", R"({"a.b":"x"})", kMatch},
    {"a document in a string is text", R"({"a":{"b":["x"]}})", R"({"a":"{\"b\":\"x\"}"})",
     kNoMatch},
    {"arrays in arrays", R"({"a":["x"]})", R"({"a":[["y"],[["x"]]]})", kMatch},
    {"one element has both", R"({"a":{"b":["x"],"c":["y"]}})", R"({"a":[{"b":"x","c":"y"}]})",
     kMatch},
    {"no element has both", R"({"a":{"b":["x"],"c":["y"]}})", R"({"a":[{"b":"x"},{"c":"y"}]})",
     kNoMatch},
    {"scalars tie nothing", R"({"a":["x"],"b":["y"]})", R"({"a":["z","x"],"b":["y","z"]})", kMatch},
    {"arrays side by side", R"({"a":{"b":["x"]},"c":{"d":["y"]}})",
     R"({"a":[{},{"b":"x"}],"c":[{"d":"y"},{}]})", kMatch},
    {"absent in the element chosen", R"({"a":{"b":["x"],"c":[{"exists":false}]}})",
     R"({"a":[{"b":"x"},{"c":1}]})", kMatch},
    {"paths are judged in their order", R"({"a":{"b":[{"exists":false}],"c":[1]}})",
     R"({"a":[{"b":1},{"c":1}]})", kNoMatch},
    {"a repeated name: the last array", R"({"x":["y"],"x":["z"]})", R"({"x":"y"})", kNoMatch},
    {"a repeated name: objects merge", R"({"a":{"b":["1"]},"a":{"c":["2"]}})", R"({"a":{"c":"2"}})",
     kNoMatch},
    {"both merged", R"({"a":{"b":["1"]},"a":{"c":["2"]}})", R"({"a":{"b":"1","c":"2"}})", kMatch},
    {"a repeated name in the event", R"({"a":["1"]})", R"({"a":"1","a":"2"})", kMatch},
};
INSTANTIATE_TEST_SUITE_P(Structure, PatternTable, testing::ValuesIn(kStructure));

constexpr Case kOr[] = {
    {"left", R"({"$or":[{"a":["1"]},{"b":["2"]}]})", R"({"a":"1"})", kMatch},
    {"right", R"({"$or":[{"a":["1"]},{"b":["2"]}]})", R"({"b":"2"})", kMatch},
    {"neither", R"({"$or":[{"a":["1"]},{"b":["2"]}]})", R"({"a":"2","b":"1"})", kNoMatch},
    {"and what is outside", R"({"c":["3"],"$or":[{"a":["1"]},{"b":["2"]}]})", R"({"a":"1"})",
     kNoMatch},
    {"below a field", R"({"d":{"$or":[{"a":["1"]},{"b":["2"]}]}})", R"({"d":{"b":"2"}})", kMatch},
    {"in an $or", R"({"$or":[{"a":["1"]},{"$or":[{"b":["2"]},{"c":["3"]}]}]})", R"({"c":"3"})",
     kMatch},
    {"two multiply", R"({"x":{"$or":[{"a":["1"]},{"b":["2"]}]},"$or":[{"c":["3"]},{"d":["4"]}]})",
     R"({"x":{"b":"2"},"c":"3"})", kMatch},
    {"two need both", R"({"x":{"$or":[{"a":["1"]},{"b":["2"]}]},"$or":[{"c":["3"]},{"d":["4"]}]})",
     R"({"c":"3"})", kNoMatch},
    {"what is written later wins", R"({"$or":[{"a":["1"]},{"b":["2"]}],"a":["9"]})", R"({"a":"1"})",
     kNoMatch},
    {"in the branch", R"({"a":["9"],"$or":[{"a":["1"]},{"b":["2"]}]})", R"({"a":"1"})", kMatch},
};
INSTANTIATE_TEST_SUITE_P(Or, PatternTable, testing::ValuesIn(kOr));

struct Invalid {
  const char* pattern;
  const char* error;  // "line:column: message"
};
constexpr Invalid kInvalid[] = {
    {"", "1:1: the text ends too early"},
    {"[]", "1:1: a pattern is a JSON object"},
    {"{}", "1:1: an empty object matches nothing"},
    {"{\n \"a\": \"x\"}", "2:7: 'a' must be an object or an array of values"},
    {R"({"a":{}})", "1:6: an empty object matches nothing"},
    {R"({"a":[]})", "1:6: an empty array matches nothing"},
    {R"({"a":[[1]]})", "1:7: an array of values cannot hold another array"},
    {R"({"a":["x"]} x)", "1:13: text behind the pattern's end"},
    {R"({"a":["x",]})", "1:11: expected a JSON value"},
    {R"({"a":["x"})", "1:10: expected ',' or ']'"},
    {R"({"a" ["x"]})", "1:6: expected ':' behind the name"},
    {R"({a:["x"]})", "1:2: expected a name in double quotes"},
    {R"({"a":["\q"]})", "1:9: unknown escape"},
    {R"({"a":["\u12g4"]})", "1:12: expected four hexadecimal digits behind \\u"},
    {"{\"a\":[\"\t\"]}", "1:8: control character in a string"},
    {R"({"a":[01]})", "1:9: not a JSON number"},
    {R"({"a":[1.]})", "1:9: expected a digit behind '.'"},
    {R"({"a":[1e]})", "1:9: expected a digit in the exponent"},
    {R"({"a":[{"prefix":"x","suffix":"y"}]})", "1:7: a matcher is an object with exactly one key"},
    {R"({"a":[{"Prefix":"x"}]})", "1:8: unknown matcher 'Prefix'"},
    {R"({"a":[{"prefix":["x"]}]})", "1:17: prefix takes a string"},
    {R"({"a":[{"suffix":{"prefix":"x"}}]})",
     "1:17: suffix takes a string or {\"equals-ignore-case\": string}"},
    {R"({"a":[{"equals-ignore-case":1}]})", "1:29: equals-ignore-case takes a string"},
    {R"({"a":[{"exactly":1}]})", "1:18: exactly takes a string"},
    {R"({"a":[{"exists":"true"}]})", "1:17: exists takes true or false"},
    {R"({"a":[{"wildcard":"a**"}]})", "1:19: two '*' in a row in a wildcard"},
    {R"({"a":[{"wildcard":"a\\b"}]})", "1:19: a wildcard's backslash escapes only '*' and '\\'"},
    {R"({"a":[{"wildcard":"a\\"}]})", "1:19: a wildcard's backslash escapes only '*' and '\\'"},
    {R"({"a":[{"cidr":"10.0.0.0"}]})",
     "1:15: a network is written address/bits, such as 10.0.0.0/8"},
    {R"({"a":[{"cidr":"10.0.0.0/33"}]})", "1:15: a network of this family has 0 to 32 bits"},
    {R"({"a":[{"cidr":"x/8"}]})", "1:15: 'x' is no IP address"},
    {R"({"a":[{"numeric":[">"]}]})",
     "1:18: numeric takes [operator, number] or [\">\", low, \"<\", high]"},
    {R"({"a":[{"numeric":["!=",1]}]})", "1:19: numeric compares by =, <, <=, > or >="},
    {R"({"a":[{"numeric":["=",1,"<",2]}]})", "1:25: nothing can follow a number behind '='"},
    {R"({"a":[{"numeric":["<",5,">",0]}]})",
     "1:19: a range names its lower bound first, then its upper bound"},
    {R"({"a":[{"numeric":[">",5,"<",5]}]})",
     "1:19: the lower bound must be less than the upper bound"},
    {R"({"a":[{"numeric":[">","5"]}]})", "1:23: expected a number"},
    {R"({"a":[{"numeric":[">",1e400]}]})",
     "1:23: 1e400 is beyond the numbers that can be compared"},
    {R"({"a":[{"anything-but":null}]})", "1:23: anything-but takes no true, false or null"},
    {R"({"a":[{"anything-but":[]}]})",
     "1:23: anything-but lists either strings or numbers, at least one"},
    {R"({"a":[{"anything-but":["x",1]}]})",
     "1:23: anything-but lists either strings or numbers, at least one"},
    {R"({"a":[{"anything-but":[true]}]})", "1:24: anything-but lists strings or numbers only"},
    {R"({"a":[{"anything-but":{"cidr":"10.0.0.0/8"}}]})",
     "1:24: anything-but has no inner matcher 'cidr'"},
    {R"({"a":[{"anything-but":{"prefix":""}}]})", "1:33: every string has the empty prefix"},
    {R"({"a":[{"anything-but":{"suffix":[]}}]})",
     "1:33: suffix takes a string or a list of strings"},
    {R"({"a":[{"anything-but":{"wildcard":[1]}}]})", "1:36: wildcard lists strings only"},
    {R"({"$or":[{"a":["1"]}]})", "1:8: $or takes an array of at least two objects"},
    {R"({"$or":[{"a":["1"]},3]})", "1:21: $or lists objects"},
    {"{\"a\":[{\"equals-ignore-case\":\"b\x84\"}]}", "1:31: bytes that are not UTF-8"},
    {"{\"a\xC3\":[1]}", "1:4: bytes that are not UTF-8"},
    {"{\"a\":[\"\xF0\x9F\x98\"]}", "1:8: bytes that are not UTF-8"},
    {R"({"$or":[{"a":["1"]},{"prefix":["1"]}]})", "1:22: a field in $or cannot be named 'prefix'"},
};

TEST(PatternErrors, SayWhatAndWhere) {
  for (const Invalid& it : kInvalid) {
    match::MatcherBuilder builder;
    const auto result = compile(it.pattern, Subject::Raw, builder);
    ASSERT_FALSE(result) << it.pattern;
    EXPECT_EQ(to_string(result.error()), it.error) << it.pattern;
  }
}

std::string nested(int levels) {
  std::string pattern;
  for (int i = 0; i < levels; ++i) pattern += "{\"a\":";
  return pattern + "[1]" + std::string(static_cast<std::size_t>(levels), '}');
}

TEST(PatternLimits, DepthAndCombinations) {
  EXPECT_EQ(ask(nested(100), "{}"), kNoMatch);
  EXPECT_EQ(ask(nested(300), "{}"), Answer::Invalid);
  const auto product = [](int factors, int size) {
    std::string pattern = "{";
    for (int i = 0; i < factors; ++i) {
      pattern += "\"f" + std::to_string(i) + "\":{\"$or\":[";
      for (int k = 0; k < size; ++k) pattern += "{\"n\":[" + std::to_string(k) + "]},";
      pattern.back() = ']';
      pattern += "},";
    }
    pattern.back() = '}';
    return pattern;
  };
  EXPECT_EQ(ask(product(3, 10), R"({"f0":{"n":9},"f1":{"n":0},"f2":{"n":4}})"), kMatch);
  EXPECT_EQ(ask(product(10, 2), "{}"), Answer::Invalid) << "1024 combinations";
}

TEST(PatternSubject, CloudTrailPathsAreThoseOfTheRecord) {
  match::MatcherBuilder builder;
  const auto rule = compile(
      R"({"source":["aws.iam"],"detail-type":[{"prefix":"AWS"}],"detail":{"eventName":["X"],"a.b":[1]}})",
      Subject::CloudTrail, builder);
  ASSERT_TRUE(rule);
  const match::Matcher matcher = std::move(builder).build();
  match::Record event(R"({"eventName":"X","a":{"b":1},"source":"no"})", matcher.projection());
  ASSERT_TRUE(event.ok());
  match::MatchScratch scratch;
  std::vector<match::RuleId> matched;
  matcher.match(event.fields(), scratch, matched);
  EXPECT_TRUE(matched.empty()) << "no envelope yet";
  for (std::uint32_t i = 0; i < matcher.projection().field_count(); ++i) {
    const std::string path(matcher.projection().path(json::FieldId{i}));
    if (path == std::string(kEnvelope).append(".source"))
      event.fields().add_text(json::FieldId{i}, "aws.iam");
    if (path == std::string(kEnvelope).append(".detail-type")) {
      event.fields().add_text(json::FieldId{i}, "AWS API Call via CloudTrail");
    }
  }
  matcher.match(event.fields(), scratch, matched);
  EXPECT_EQ(matched.size(), 1U);
  std::string evidence;
  for (const auto& it : matcher.explain(*rule, event.fields(), scratch)) evidence += it.path + " ";
  EXPECT_EQ(evidence, "detail-type a.b eventName source ");
}

TEST(PatternSubject, DetailItselfIsTheRecord) {
  EXPECT_EQ(ask(R"({"detail":[{"exists":true}]})", R"({"x":1})", Subject::CloudTrail), kNoMatch);
  EXPECT_EQ(ask(R"({"detail":[{"exists":false}]})", R"({"x":1})", Subject::CloudTrail), kMatch);
}

}  // namespace
}  // namespace trailwarden::pattern
