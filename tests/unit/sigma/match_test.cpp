// What rules mean: detection and event in, whether the rule fires out.
#include <gtest/gtest.h>

#include <string>

#include "harness.h"

namespace trailwarden::sigma::testing {
namespace {

struct Case {
  const char* why;
  const char* selection;  // YAML of the selection `s`, as flow style or one line.
  const char* event;
  bool fires;
};

void check(const Case& c) {
  const std::string rule = rule_with(std::string("s: ") + c.selection + "\ncondition: s");
  EXPECT_EQ(sigma::testing::fires(rule, c.event), c.fires) << c.why << ": " << c.selection;
}

constexpr Case kShapes[] = {
    {"a map is AND", "{a: x, b: y}", R"({"a":"x","b":"y"})", true},
    {"a map is AND: one fails", "{a: x, b: y}", R"({"a":"x","b":"z"})", false},
    {"a list of values is OR", "{a: [x, y]}", R"({"a":"y"})", true},
    {"a list of values is OR: none", "{a: [x, y]}", R"({"a":"z"})", false},
    {"a list of maps is OR", "[{a: x}, {b: y}]", R"({"b":"y"})", true},
    {"a list of maps is OR: none", "[{a: x, b: y}, {c: z}]", R"({"a":"x"})", false},
    {"keywords are parts of the record", "[needle, pin]", R"({"a":{"b":["hay needles"]}})", true},
    {"keywords: none", "[needle, pin]", R"({"a":"hay"})", false},
    {"a bare keyword", "needle", R"({"a":"NEEDLE"})", true},
    {"a number as keyword", "[4711]", R"({"a":[4711]})", true},
    {"keywords with wildcards", "['ha*le']", R"({"a":"hay needle"})", true},
    {"all keywords", "{'|all': [hay, needle]}", R"({"a":"hay","b":"needle"})", true},
    {"all keywords: one is missing", "{'|all': [hay, pin]}", R"({"a":"hay","b":"needle"})", false},
    {"keywords by regular expression", "{'|re': 'need.e'}", R"({"a":"needle"})", true},
    {"keywords and fields of one map", "{'|all': [hay], a: x}", R"({"a":"x","b":"hay"})", true},
    {"keywords and maps mixed are OR", "[needle, {a: x}]", R"({"a":"x"})", true},
    {"keywords and maps mixed are OR: other", "[needle, {a: x}]", R"({"a":"a needle"})", true},
    {"lists in lists are OR", "[[{a: x}], [needle]]", R"({"a":"x"})", true},
    {"one field, any of its patterns", "{a: [x*, '*y', z]}", R"({"a":"my"})", true},
};
TEST(SigmaMatch, Shapes) {
  for (const Case& c : kShapes) check(c);
}

constexpr Case kValues[] = {
    {"whole value", "{a: ab}", R"({"a":"abc"})", false},
    {"letter case is nothing", "{a: GetObject}", R"({"a":"getobject"})", true},
    {"letter case beyond ASCII", "{a: ÄRGER}", R"({"a":"ärger"})", true},
    {"field names are exact", "{EventName: x}", R"({"eventName":"x"})", false},
    {"run", "{a: 'a*c'}", R"({"a":"abbbc"})", true},
    {"an empty run", "{a: 'a*c'}", R"({"a":"ac"})", true},
    {"one character", "{a: 'a?c'}", R"({"a":"abc"})", true},
    {"one character, not none", "{a: 'a?c'}", R"({"a":"ac"})", false},
    {"one character, not one byte", "{a: 'a?c'}", R"({"a":"aéc"})", true},
    {"an escaped star", R"({a: 'a\*c'})", R"({"a":"a*c"})", true},
    {"an escaped star: no run", R"({a: 'a\*c'})", R"({"a":"abc"})", false},
    {"a backslash", R"({a: 'C:\dir'})", R"({"a":"C:\\dir"})", true},
    {"a star alone: any value", "{a: '*'}", R"({"a":""})", true},
    {"a star alone: not null", "{a: '*'}", R"({"a":null})", false},
    {"a star alone: not missing", "{a: '*'}", R"({"b":1})", false},
    {"a star alone: objects too", "{a: '*'}", R"({"a":{"b":1}})", true},
    {"empty text", "{a: ''}", R"({"a":""})", true},
    {"empty text is not missing", "{a: ''}", R"({"b":""})", false},
    {"empty text is not null", "{a: ''}", R"({"a":null})", false},
    {"null: missing", "{a: null}", R"({"b":1})", true},
    {"null: null", "{a: ~}", R"({"a":null})", true},
    {"null: not empty", "{a: }", R"({"a":""})", false},
    {"null below a missing parent", "{a.b: null}", R"({"c":1})", true},
    {"null among values", "{a: [x, null]}", R"({"b":1})", true},
    {"null among values: the other", "{a: [x, null]}", R"({"a":"x"})", true},
    {"null among values: neither", "{a: [x, null]}", R"({"a":"y"})", false},
    {"number", "{a: 200}", R"({"a":200})", true},
    {"number by value", "{a: 200}", R"({"a":2.00e2})", true},
    {"number as text", "{a: 200}", R"({"a":"200"})", true},
    {"another number", "{a: 200}", R"({"a":201})", false},
    {"a quoted number matches a number", "{a: '200'}", R"({"a":200})", true},
    {"fraction", "{a: 1.5}", R"({"a":1.50})", true},
    {"an account id with a leading zero is text", "{a: 012345678901}", R"({"a":"012345678901"})",
     true},
    {"and not its number", "{a: 012345678901}", R"({"a":"12345678901"})", false},
    {"numbers beyond 2^53 keep their digits", "{a: 9007199254740993}", R"({"a":9007199254740993})",
     true},
    {"… and are told apart", "{a: 9007199254740993}", R"({"a":9007199254740992})", false},
    {"true", "{a: true}", R"({"a":true})", true},
    {"true as text", "{a: true}", R"({"a":"true"})", true},
    {"true as text in any case", "{a: true}", R"({"a":"True"})", true},
    {"true is not false", "{a: true}", R"({"a":false})", false},
    {"false", "{a: false}", R"({"a":false})", true},
    {"quoted true matches true", "{a: 'true'}", R"({"a":true})", true},
    {"no is a word", "{a: no}", R"({"a":"No"})", true},
    {"text does not match null", "{a: 'null'}", R"({"a":null})", false},
};
TEST(SigmaMatch, Values) {
  for (const Case& c : kValues) check(c);
}

constexpr Case kArraysAndObjects[] = {
    {"path", "{a.b.c: x}", R"({"a":{"b":{"c":"x"}}})", true},
    {"any element", "{a: x}", R"({"a":["y","x"]})", true},
    {"any element on the way", "{a.b: x}", R"({"a":[{"b":"y"},{"b":"x"}]})", true},
    {"all: each value by some element", "{a|all: [x, y]}", R"({"a":["y","x"]})", true},
    {"all: one value by none", "{a|all: [x, z]}", R"({"a":["y","x"]})", false},
    {"an object as text", "{a|contains: Suspended}", R"({"a":{"Status":"Suspended"}})", true},
    {"an array as text", "{a|contains: '\"x\",\"y\"'}", R"({"a":["x","y"]})", true},
    {"an embedded document as text", R"({a|contains|all: ['"s3:GetObject"', '"Allow"']})",
     R"({"a":{"policy":"{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\"}"}})", true},
};
TEST(SigmaMatch, ArraysAndObjects) {
  for (const Case& c : kArraysAndObjects) check(c);
}

constexpr Case kTextModifiers[] = {
    {"contains", "{a|contains: b}", R"({"a":"aBc"})", true},
    {"contains: no", "{a|contains: d}", R"({"a":"abc"})", false},
    {"contains: missing", "{a|contains: b}", R"({"b":"b"})", false},
    {"contains nothing: any value", "{a|contains: ''}", R"({"a":"x"})", true},
    {"startswith", "{a|startswith: ab}", R"({"a":"abc"})", true},
    {"startswith: no", "{a|startswith: b}", R"({"a":"abc"})", false},
    {"endswith", "{a|endswith: bc}", R"({"a":"abc"})", true},
    {"endswith: no", "{a|endswith: b}", R"({"a":"abc"})", false},
    {"wildcards inside", "{a|startswith: 'a?c'}", R"({"a":"axcd"})", true},
    {"contains all", "{a|contains|all: [x, y]}", R"({"a":"xy"})", true},
    {"contains all: one is missing", "{a|contains|all: [x, z]}", R"({"a":"xy"})", false},
    {"all first", "{a|all|contains: [x, y]}", R"({"a":"xy"})", true},
    {"cased", "{a|cased: Ab}", R"({"a":"Ab"})", true},
    {"cased: other case", "{a|cased: Ab}", R"({"a":"ab"})", false},
    {"cased contains", "{a|cased|contains: B}", R"({"a":"aBc"})", true},
    {"contains cased", "{a|contains|cased: B}", R"({"a":"abc"})", false},
    {"neq", "{a|neq: x}", R"({"a":"y"})", true},
    {"neq: equal", "{a|neq: x}", R"({"a":"X"})", false},
    {"neq: missing", "{a|neq: x}", R"({"b":1})", true},
    {"neq of a list: none of them", "{a|neq: [x, y]}", R"({"a":"y"})", false},
    {"neq contains", "{a|contains|neq: x}", R"({"a":"axa"})", false},
    {"neq null", "{a|neq: null}", R"({"a":1})", true},
    {"neq null: missing", "{a|neq: null}", R"({"b":1})", false},
    {"exists", "{a|exists: true}", R"({"a":1})", true},
    {"exists: null counts", "{a|exists: true}", R"({"a":null})", true},
    {"exists: empty counts", "{a|exists: true}", R"({"a":""})", true},
    {"exists: empty list counts", "{a|exists: true}", R"({"a":[]})", true},
    {"exists: missing", "{a|exists: true}", R"({"b":1})", false},
    {"exists not", "{a|exists: false}", R"({"b":1})", true},
    {"exists not: null counts", "{a|exists: false}", R"({"a":null})", false},
    {"exists not, below", "{a.b|exists: false}", R"({"a":{"c":1}})", true},
    {"expand without a placeholder", "{a|expand: '50%'}", R"({"a":"50%"})", true},
    {"expand, escaped", R"({a|expand: '\%x\%'})", R"({"a":"%x%"})", true},
    {"no expand: as it stands", "{a: '%x%'}", R"({"a":"%x%"})", true},
};
TEST(SigmaMatch, TextModifiers) {
  for (const Case& c : kTextModifiers) check(c);
}

constexpr Case kRegexes[] = {
    {"unanchored", "{a|re: 'b+'}", R"({"a":"abbc"})", true},
    {"case counts", "{a|re: 'B+'}", R"({"a":"abbc"})", false},
    {"anchored", "{a|re: '^b'}", R"({"a":"abbc"})", false},
    {"raw: no wildcards", "{a|re: 'a*c'}", R"({"a":"aac"})", true},
    {"raw: no escapes", R"({a|re: '^a\*c$'})", R"({"a":"a*c"})", true},
    {"i", "{a|re|i: 'B+'}", R"({"a":"abbc"})", true},
    {"without m", "{a|re: '^b$'}", R"({"a":"a\nb"})", false},
    {"m", "{a|re|m: '^b$'}", R"({"a":"a\nb"})", true},
    {"without s", "{a|re: 'a.b'}", R"({"a":"a\nb"})", false},
    {"s", "{a|re|s: 'a.b'}", R"({"a":"a\nb"})", true},
    {"all flags", "{a|re|i|m|s: '^A.B$'}", R"({"a":"x\na\nb"})", true},
    {"long names", "{a|re|ignorecase|multiline|dotall: '^A.B$'}", R"({"a":"x\na\nb"})", true},
    {"any of a list", "{a|re: ['x$', 'c$']}", R"({"a":"abc"})", true},
    {"all of a list", "{a|re|all: ['^a', 'x$']}", R"({"a":"abc"})", false},
    {"not", "{a|re|neq: 'b'}", R"({"a":"abc"})", false},
    {"contains behind it changes nothing", "{a|re|contains: 'b'}", R"({"a":"abc"})", true},
    {"a number as expression", "{a|re: 5}", R"({"a":"xx5"})", true},
    {"numbers as they are written", "{a|re: '^2..$'}", R"({"a":200})", true},
    {"the text of an object", R"({a|re: '"b":\s*1'})", R"({"a":{"b":1}})", true},
};
TEST(SigmaMatch, RegularExpressions) {
  for (const Case& c : kRegexes) check(c);
}

constexpr Case kNumbersAndNetworks[] = {
    {"lt", "{a|lt: 5}", R"({"a":4.9})", true},
    {"lt: equal", "{a|lt: 5}", R"({"a":5})", false},
    {"lte: equal", "{a|lte: 5}", R"({"a":5.0})", true},
    {"gt", "{a|gt: 5}", R"({"a":6})", true},
    {"gt: equal", "{a|gt: 5}", R"({"a":5})", false},
    {"gte: equal", "{a|gte: 5}", R"({"a":5})", true},
    {"gte: below", "{a|gte: -5}", R"({"a":-6})", false},
    {"a number as text", "{a|gt: 5}", R"({"a":"6"})", true},
    {"no number", "{a|gt: 5}", R"({"a":"x"})", false},
    {"missing", "{a|lt: 5}", R"({"b":1})", false},
    {"cidr", "{a|cidr: 10.0.0.0/8}", R"({"a":"10.1.2.3"})", true},
    {"cidr: outside", "{a|cidr: 10.0.0.0/8}", R"({"a":"11.1.2.3"})", false},
    {"cidr: no address", "{a|cidr: 0.0.0.0/0}", R"({"a":"ec2.amazonaws.com"})", false},
    {"cidr: one address", "{a|cidr: 10.0.0.1}", R"({"a":"10.0.0.1"})", true},
    {"cidr: any of a list", "{a|cidr: [10.0.0.0/8, '2001:db8::/32']}", R"({"a":"2001:db8::1"})",
     true},
    {"cidr: not", "{a|cidr|neq: 10.0.0.0/8}", R"({"a":"10.1.2.3"})", false},
    {"hour", "{t|hour: 13}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"hour: another", "{t|hour: [3, 4]}", R"({"t":"2024-08-01T13:33:28Z"})", false},
    {"minute", "{t|minute: 33}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"day", "{t|day: 1}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"week", "{t|week: 31}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"month", "{t|month: 8}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"year", "{t|year: 2024}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"hours from", "{t|hour|gte: 13}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"hours beyond", "{t|hour|gt: 13}", R"({"t":"2024-08-01T13:33:28Z"})", false},
    {"hours before", "{t|hour|lt: 13}", R"({"t":"2024-08-01T13:33:28Z"})", false},
    {"months up to", "{t|month|lte: 8}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"years from", "{t|year|gte: 2020}", R"({"t":"2024-08-01T13:33:28Z"})", true},
    {"no time", "{t|year: 2024}", R"({"t":"2024"})", false},
};
TEST(SigmaMatch, NumbersNetworksTimes) {
  for (const Case& c : kNumbersAndNetworks) check(c);
}

constexpr Case kFieldReferences[] = {
    {"equal", "{a|fieldref: b.c}", R"({"a":"X","b":{"c":"x"}})", true},
    {"different", "{a|fieldref: b}", R"({"a":"x","b":"y"})", false},
    {"one is missing", "{a|fieldref: b}", R"({"a":"x"})", false},
    {"begins with", "{a|fieldref|startswith: b}", R"({"a":"xyz","b":"xy"})", true},
    {"ends with", "{a|fieldref|endswith: b}", R"({"a":"xyz","b":"yz"})", true},
    {"ends with: no", "{a|fieldref|endswith: b}", R"({"a":"xyz","b":"xy"})", false},
    {"contains", "{a|fieldref|contains: b}", R"({"a":"arn:user/bob","b":"BOB"})", true},
    {"any of several fields", "{a|fieldref: [b, c]}", R"({"a":"x","b":"y","c":"x"})", true},
    {"not", "{a|fieldref|neq: b}", R"({"a":"x","b":"x"})", false},
    {"not: missing", "{a|fieldref|neq: b}", R"({"a":"x"})", true},
    {"cased", "{a|fieldref|cased: b}", R"({"a":"X","b":"x"})", false},
};
TEST(SigmaMatch, FieldReferences) {
  for (const Case& c : kFieldReferences) check(c);
}

constexpr Case kEncodings[] = {
    {"base64", "{a|base64: foobar}", R"({"a":"Zm9vYmFy"})", true},
    {"base64 contains", "{a|base64|contains: foo}", R"({"a":"xxZm9vyy"})", true},
    {"base64offset at 0", "{a|base64offset|contains: /bin/sh}", R"({"a":"L2Jpbi9zaCAtaQ=="})",
     true},
    {"base64offset at 1", "{a|base64offset|contains: /bin/sh}", R"({"a":"IS9iaW4vc2ggLWk="})",
     true},
    {"base64offset at 2", "{a|base64offset|contains: /bin/sh}", R"({"a":"IyEvYmluL3NoIC1p"})",
     true},
    {"base64offset: other text", "{a|base64offset|contains: /bin/sh}",
     R"({"a":"aGVsbG8gd29ybGQ="})", false},
    {"all of two, at any offset", "{a|base64offset|contains|all: [foofoo, barbar]}",
     R"({"a":"eGZvb2ZvbyBiYXJiYXI="})", true},
    {"wide", "{a|wide|base64: ab}", R"({"a":"YQBiAA=="})", true},
    {"utf16le", "{a|utf16le|base64: ab}", R"({"a":"YQBiAA=="})", true},
    {"utf16be", "{a|utf16be|base64: ab}", R"({"a":"AGEAYg=="})", true},
    {"utf16 with its mark", "{a|utf16|base64: ab}", R"({"a":"//5hAGIA"})", true},
    {"escaped star", R"({a|base64: 'a\*'})", R"({"a":"YSo="})", true},
    {"windash: as written", "{a|windash|contains: ' -x '}", R"({"a":"cmd -x y"})", true},
    {"windash: slash", "{a|windash|contains: ' -x '}", R"({"a":"cmd /x y"})", true},
    {"windash: en dash", "{a|contains|windash: ' -x '}", R"({"a":"cmd –x y"})", true},
    {"windash: bar", "{a|contains|windash: ' /x '}", R"({"a":"cmd ―x y"})", true},
    {"windash: not inside words", "{a|windash: a-b}", R"({"a":"a/b"})", false},
    {"windash: all of two", "{a|windash|contains|all: [-x, -y]}", R"({"a":"/y —x"})", true},
};
TEST(SigmaMatch, Encodings) {
  for (const Case& c : kEncodings) check(c);
}

struct ConditionCase {
  const char* why;
  const char* condition;
  const char* event;
  bool fires;
};
constexpr ConditionCase kConditions[] = {
    {"and", "a and b", R"({"a":1,"b":1})", true},
    {"and: one fails", "a and b", R"({"a":1})", false},
    {"or", "a or b", R"({"b":1})", true},
    {"not", "a and not b", R"({"a":1})", true},
    {"not: missing fields are false, so not is true", "not b", R"({"x":1})", true},
    {"or is last", "a or b and c_1", R"({"a":1})", true},
    {"one of a pattern", "1 of c_*", R"({"c2":1})", true},
    {"all of a pattern", "all of c_*", R"({"c1":1})", false},
    {"all of a pattern holds", "all of c_*", R"({"c1":1,"c2":1})", true},
    {"all of them, without private ones", "all of them", R"({"a":1,"b":1,"c1":1,"c2":1})", true},
    {"a private one by name", "_p", R"({"p":1})", true},
    {"a list is OR", "[a and b, c_1]", R"({"c1":1})", true},
    {"a list is OR: none", "[a and b, c_1]", R"({"a":1})", false},
};
TEST(SigmaMatch, Conditions) {
  for (const ConditionCase& c : kConditions) {
    const std::string rule =
        rule_with("a: {a: 1}\nb: {b: 1}\nc_1: {c1: 1}\nc_2: {c2: 1}\n_p: {p: 1}\ncondition: " +
                  std::string(c.condition));
    EXPECT_EQ(sigma::testing::fires(rule, c.event), c.fires) << c.why;
  }
}

}  // namespace
}  // namespace trailwarden::sigma::testing
