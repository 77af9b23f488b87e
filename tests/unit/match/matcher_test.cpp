// Rules as a whole: order, sharing, gates, array consistency, evidence.
#include "match/matcher.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "record.h"
#include "reference_engine.h"

namespace trailwarden::match {
namespace {

TextIs text(std::vector<std::string> values) {
  return {std::move(values), Case::Sensitive, Domain::Strings};
}
TextIs sigma_text(std::vector<std::string> values) {
  return {std::move(values), Case::Ignore, Domain::AnyText};
}

TEST(MatcherBuilder, StoresEqualPredicatesOnce) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("a");
  const auto first = builder.add({field, sigma_text({"x", "Y"}), false});
  EXPECT_EQ(*first, *builder.add({field, sigma_text({"y", "X", "x"}), false}));
  EXPECT_NE(*first, *builder.add({field, sigma_text({"x", "y"}), true}));
  EXPECT_NE(*first, *builder.add({field, text({"x", "y"}), false}));
  EXPECT_NE(*first, *builder.add({builder.fields().add("b"), sigma_text({"x", "y"}), false}));
  EXPECT_EQ(*builder.add({field, NumberIs{{0.0, 1}, false}, false}),
            *builder.add({field, NumberIs{{1, -0.0}, false}, false}));
}

TEST(Matcher, GivesRulesInOrderAndEachOnce) {
  MatcherBuilder builder;
  const json::FieldId name = builder.fields().add("eventName");
  const json::FieldId code = builder.fields().add("errorCode");
  const PredicateId get = *builder.add({name, text({"Get", "List"}), false});
  const PredicateId denied = *builder.add({code, text({"Denied"}), false});
  builder.add_rule(Expression::holds(denied));
  builder.add_rule(Expression::negate(Expression::holds(denied)));
  builder.add_rule(Expression::holds(get));
  builder.add_rule(Expression::all({}));
  builder.add_rule(Expression::any({}));
  builder.add_rule(Expression::any({Expression::holds(get), Expression::holds(denied)}));
  builder.add_pattern({});
  const Matcher matcher = std::move(builder).build();
  EXPECT_EQ(matcher.rule_count(), 7U);
  const auto ids = [&](std::string_view json) {
    std::string result;
    for (const RuleId id : rules_of(matcher, json)) result += std::to_string(index_of(id));
    return result;
  };
  EXPECT_EQ(ids(R"({"eventName":["Get","List"],"errorCode":"Denied"})"), "0235");
  EXPECT_EQ(ids(R"({"eventName":"Put"})"), "13");
  EXPECT_EQ(ids(R"({"eventName":"List"})"), "1235");
}

TEST(Matcher, OpensGatesForWhateverFormAValueHas) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  const PredicateId any_text =
      *builder.add({field, sigma_text({"5", "TRUE", R"({"a":1})", "x\"y"}), false});
  builder.add_rule(Expression::holds(any_text));
  const Matcher matcher = std::move(builder).build();
  for (const char* value : {"5", R"("5")", "true", R"("True")", R"({ "A": 1 })", R"("X\"y")",
                            R"([["5"]])", R"([{"a":1}])"}) {
    EXPECT_EQ(rules_of(matcher, "{\"v\":" + std::string(value) + "}").size(), 1U) << value;
  }
  EXPECT_TRUE(rules_of(matcher, R"({"v":null})").empty());
}

// What is remembered of one record must not pass for another's: values of other forms, other
// fields, other rules.
TEST(Matcher, RemembersNothingWrong) {
  MatcherBuilder builder;
  const json::FieldId v = builder.fields().add("v");
  const json::FieldId w = builder.fields().add("w");
  builder.add_rule(Expression::holds(*builder.add(
      {v, TextIs{.values = {"5", "true"}, .letters = Case::Ignore, .domain = Domain::Strings},
       false})));
  builder.add_rule(Expression::holds(*builder.add({w, sigma_text({"5", "true"}), false})));
  const Matcher matcher = std::move(builder).build();
  MatcherBuilder of_others;
  const json::FieldId x = of_others.fields().add("v");
  of_others.add_rule(Expression::holds(*of_others.add({x, sigma_text({"6"}), false})));
  const Matcher other = std::move(of_others).build();

  MatchScratch scratch;
  const auto count = [&](const Matcher& asked, std::string_view json) {
    Record record(json, asked.projection());
    std::vector<RuleId> matched;
    asked.match(record.fields(), scratch, matched);
    return matched.size();
  };
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(count(matcher, R"({"v":5})"), 0U);
    EXPECT_EQ(count(matcher, R"({"v":"5"})"), 1U);
    EXPECT_EQ(count(matcher, R"({"v":true})"), 0U);
    EXPECT_EQ(count(matcher, R"({"v":"tRUE"})"), 1U);
    EXPECT_EQ(count(matcher, R"({"w":5})"), 1U);
    EXPECT_EQ(count(matcher, R"({"w":"5"})"), 1U);
    EXPECT_EQ(count(matcher, R"({"v":"6"})"), 0U);
    EXPECT_EQ(count(other, R"({"v":"5"})"), 0U);
    EXPECT_EQ(count(other, R"({"v":"6"})"), 1U);
  }
}

// A text that no JSON holds may look like one with escapes: what was said of one is not true of
// both.
TEST(Matcher, TellsMadeUpTextsFromEscapes) {
  for (const match::Test& test :
       {match::Test{sigma_text({"A"})}, match::Test{TextRegex{.expression = "^A$"}}}) {
    MatcherBuilder builder;
    const json::FieldId v = builder.fields().add("v");
    builder.add_rule(Expression::holds(*builder.add({v, test, false})));
    const Matcher matcher = std::move(builder).build();
    MatchScratch scratch;
    const auto count = [&](Record& record) {
      std::vector<RuleId> matched;
      matcher.match(record.fields(), scratch, matched);
      return matched.size();
    };
    Record escaped(R"({"v":"\u0041"})", matcher.projection());
    EXPECT_EQ(count(escaped), 1U);
    Record made_up("{}", matcher.projection());
    made_up.fields().add_text(v, R"(\u0041)");
    EXPECT_EQ(count(made_up), 0U);
    EXPECT_EQ(count(escaped), 1U);
  }
}

// However the text is written: in which case, with escapes, long or short.
TEST(Matcher, OpensGatesForTheirTextsOnly) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  const std::string long_one(70, 'k');
  builder.add_rule(Expression::holds(*builder.add({field, sigma_text({"Root", long_one}), false})));
  const Matcher matcher = std::move(builder).build();
  const auto holds = [&](const std::string& value) {
    return !rules_of(matcher, R"({"v":")" + value + "\"}").empty();
  };
  EXPECT_TRUE(holds("rOOT"));
  EXPECT_TRUE(holds(R"(\u0052oo\u0074)"));  // Written with 14 bytes.
  EXPECT_FALSE(holds("Boot"));
  EXPECT_FALSE(holds("Roots"));
  EXPECT_FALSE(holds(R"(\n\n)"));  // Written with 4 bytes.
  EXPECT_TRUE(holds(std::string(70, 'K')));
  EXPECT_FALSE(holds(std::string(69, 'K')));
  EXPECT_FALSE(holds(std::string(63, 'K')));
  EXPECT_FALSE(holds(""));
}

// Without gates, all expressions of a field are searched in one pass; each must keep its answer.
TEST(Matcher, SearchesUngatedExpressionsTogether) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  for (const char* expression : {"^a", "b", "c$", "^$", "\\d"}) {
    builder.add_rule(
        Expression::holds(*builder.add({field, TextRegex{.expression = expression}, false})));
  }
  const TextRegex caseless{.expression = "B", .letters = Case::Ignore};
  builder.add_rule(Expression::holds(*builder.add({field, caseless, false})));
  const Matcher matcher = std::move(builder).build();
  const auto ids = [&](std::string_view json) {
    std::string result;
    for (const RuleId id : rules_of(matcher, json)) result += std::to_string(index_of(id));
    return result;
  };
  EXPECT_EQ(ids(R"({"v":"abc"})"), "0125");
  EXPECT_EQ(ids(R"({"v":["xB","1c"]})"), "245");
  EXPECT_EQ(ids(R"({"v":""})"), "3");
  EXPECT_EQ(ids(R"({"v":null})"), "");
  EXPECT_EQ(ids("{}"), "");
}

TEST(Matcher, ExplainsByTheValuesThatHold) {
  MatcherBuilder builder;
  const json::FieldId name = builder.fields().add("eventName");
  const json::FieldId type = builder.fields().add("userIdentity.type");
  const json::FieldId code = builder.fields().add("errorCode");
  const json::FieldId ip = builder.fields().add("sourceIPAddress");
  const auto is = [&](json::FieldId field, const char* value) {
    return Expression::holds(*builder.add({field, text({value}), false}));
  };
  const RuleId rule = builder.add_rule(Expression::all(
      {is(type, "Root"), Expression::any({is(name, "A"), is(name, "B"), is(code, "C")}),
       Expression::negate(is(ip, "10.0.0.1"))}));
  const std::string envelope[] = {
      "\x1f"
      "envelope",
      "source"};
  const json::FieldId source = builder.fields().add(envelope);
  const RuleId pattern = builder.add_pattern(
      {Branch{{name, {*builder.add({name, text({"B"}), false})}, false},
              {ip, {}, true},
              {source, {*builder.add({source, text({"aws.iam"}), false})}, false}}});
  const Matcher matcher = std::move(builder).build();

  Record record(R"({"sourceIPAddress":{},"eventName":["B","A\n"],"userIdentity":{"type":"Root"}})",
                matcher.projection());
  record.fields().add_text(source, "aws.iam");
  MatchScratch scratch;
  const auto shown = [&](RuleId id) {
    std::string all;
    for (const Evidence& it : matcher.explain(id, record.fields(), scratch)) {
      all += it.path + "=" + it.value + ";";
    }
    return all;
  };
  EXPECT_EQ(shown(rule), "userIdentity.type=Root;eventName=B;");
  EXPECT_EQ(shown(pattern), "eventName=B;source=aws.iam;");

  Record other(R"({"eventName":"C"})", matcher.projection());
  EXPECT_TRUE(matcher.explain(rule, other.fields(), scratch).empty());
}

TEST(Matcher, CutsLongEvidenceBetweenCharacters) {
  MatcherBuilder builder;
  const json::FieldId field = builder.fields().add("v");
  builder.add_rule(
      Expression::holds(*builder.add({field, IsPresent{IsPresent::What::Leaf}, false})));
  const Matcher matcher = std::move(builder).build();
  std::string value = "x";
  for (int i = 0; i < 400; ++i) value += "é";
  Record record("{\"v\":\"" + value + "\"}", matcher.projection());
  MatchScratch scratch;
  const auto evidence = matcher.explain(RuleId{0}, record.fields(), scratch);
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].value, value.substr(0, 499) + "…");
}

// --- against the reference engine ---

const std::vector<std::string> kPaths = {"a", "a.b", "a.c", "d"};

// Every value over a tiny alphabet: scalars, and objects and arrays of them one and two deep.
std::vector<std::string> small_events() {
  const std::vector<std::string> leaves = {R"("x")", "1", "null"};
  std::vector<std::string> objects = {"{}"};
  for (const auto& b : leaves) {
    objects.push_back("{\"b\":" + b + "}");
    objects.push_back("{\"c\":" + b + "}");
    for (const auto& c : {R"("x")", "[1,\"y\"]"}) {
      objects.push_back("{\"b\":" + b + ",\"c\":" + c + "}");
    }
  }
  std::vector<std::string> values = leaves;
  values.insert(values.end(), {"[]", "[1,\"x\"]", "[[\"x\"]]"});
  values.insert(values.end(), objects.begin(), objects.end());
  for (const auto& first : objects) {
    values.push_back("[" + first + "]");
    for (const auto& second : objects) {
      values.push_back("[" + first + "," + second + "]");
      values.push_back("[[" + first + "],[" + second + ",\"x\"]]");
    }
  }
  std::vector<std::string> events = {"{}"};
  for (const auto& value : values) {
    events.push_back("{\"a\":" + value + "}");
    events.push_back("{\"d\":\"x\",\"a\":" + value + ",\"a\":{\"b\":\"x\"}}");
  }
  return events;
}

std::vector<Test> small_tests() {
  return {text({"x"}),
          sigma_text({"X", "1"}),
          TextHas{{"\"b\":"}, Anchor::Inside, Case::Sensitive, Domain::AnyText},
          NumberIs{{1}, false},
          IsLiteral{IsLiteral::Which::Null},
          IsPresent{IsPresent::What::Leaf},
          IsPresent{IsPresent::What::Anything}};
}

struct Reference {
  std::vector<Predicate> predicates;  // By PredicateId.
  std::vector<std::variant<Expression, std::vector<Branch>>> rules;
};

// Adds to builder and reference alike.
struct Pair {
  MatcherBuilder builder;
  Reference reference;

  Pair() {
    for (const std::string& path : kPaths) builder.fields().add(path);
  }
  PredicateId add(Predicate predicate) {
    const PredicateId id = *builder.add(predicate);
    if (index_of(id) == reference.predicates.size()) reference.predicates.push_back(predicate);
    return id;
  }
  void add_rule(const Expression& condition) {
    builder.add_rule(condition);
    reference.rules.emplace_back(condition);
  }
  void add_pattern(const std::vector<Branch>& branches) {
    builder.add_pattern(branches);
    reference.rules.emplace_back(branches);
  }
};

void expect_agreement(Pair pair, const std::vector<std::string>& events) {
  const Reference& reference = pair.reference;
  const Matcher matcher = std::move(pair.builder).build();
  MatchScratch scratch;
  for (const std::string& event : events) {
    Record record(event, matcher.projection());
    ASSERT_TRUE(record.ok()) << event;
    std::vector<RuleId> matched;
    matcher.match(record.fields(), scratch, matched);
    const auto tree = reference::JsonReader::read(event);
    ASSERT_TRUE(tree) << event;
    const reference::Engine engine(*tree, kPaths, reference.predicates);
    std::vector<RuleId> expected;
    for (std::uint32_t rule = 0; rule < reference.rules.size(); ++rule) {
      const bool holds =
          std::visit([&](const auto& it) { return engine.holds(it); }, reference.rules[rule]);
      if (holds) expected.push_back(RuleId{rule});
    }
    ASSERT_EQ(matched, expected) << event;
  }
}

// Every pattern of two conditions of one atom each, present or absent, against every small event.
TEST(MatcherExhaustive, PatternsOfTwoAtoms) {
  Pair pair;
  std::vector<FieldCondition> conditions;
  for (std::uint32_t field = 0; field < kPaths.size(); ++field) {
    conditions.push_back({json::FieldId{field}, {}, true});
    for (const match::Test& test : small_tests()) {
      for (const bool inverted : {false, true}) {
        const PredicateId id = pair.add({json::FieldId{field}, test, inverted});
        conditions.push_back({json::FieldId{field}, {id}, false});
      }
    }
  }
  for (const FieldCondition& left : conditions) {
    for (const FieldCondition& right : conditions) {
      if (left.field < right.field) pair.add_pattern({{left, right}});
    }
  }
  expect_agreement(std::move(pair), small_events());
}

// Every expression of two atoms under and, or, and-not.
TEST(MatcherExhaustive, ExpressionsOfTwoAtoms) {
  Pair pair;
  std::vector<Expression> atoms;
  for (std::uint32_t field = 0; field < kPaths.size(); ++field) {
    for (const match::Test& test : small_tests()) {
      atoms.push_back(Expression::holds(pair.add({json::FieldId{field}, test, false})));
    }
  }
  for (const Expression& left : atoms) {
    for (const Expression& right : atoms) {
      pair.add_rule(Expression::all({left, right}));
      pair.add_rule(Expression::any({left, right}));
      pair.add_rule(Expression::all({left, Expression::negate(right)}));
    }
  }
  expect_agreement(std::move(pair), small_events());
}

class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t count) { return random_() % count; }

  std::string value(int depth) {
    const std::size_t kind = below(depth > 0 ? 9 : 6);
    if (kind < 6) {
      static const char* kLeaves[] = {R"("x")", R"("X")", R"("xy\"x")", "1", "true", "null"};
      return kLeaves[kind];
    }
    std::string result = kind == 6 ? "{" : "[";
    const std::size_t count = below(4);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) result += below(2) == 0 ? "," : " , ";
      if (kind == 6) result += std::string("\"") + "abcd"[below(4)] + "\":";
      result += value(depth - 1);
    }
    return result + (kind == 6 ? "}" : "]");
  }
  std::string event() {
    return "{\"a\":" + value(4) + ",\"d\":" + value(1) + ",\"" + (below(2) == 0 ? "a" : "a.b") +
           "\":" + value(3) + "}";
  }

  PredicateId predicate(Pair& pair, json::FieldId field) {
    auto tests = small_tests();
    tests.insert(tests.end(),
                 {TextRegex{.expression = "y.?x"}, TextRegex{.expression = "^1|X$"},
                  NumberIn{0, 2, true, true, true},
                  TextGlob{{{{GlobPart::What::Run, {}}, {GlobPart::What::Literal, "X"}}},
                           Case::Ignore,
                           Domain::AnyText},
                  LikeField{LikeField::How::Inside, json::FieldId{3}, Case::Ignore},
                  IsLiteral{IsLiteral::Which::True}, IsPresent{IsPresent::What::NotNull}});
    return pair.add({field, tests[below(tests.size())], below(4) == 0});
  }
  json::FieldId field() { return json::FieldId{static_cast<std::uint32_t>(below(kPaths.size()))}; }

  Expression expression(Pair& pair, int depth) {
    const std::size_t kind = depth > 0 ? below(5) : 0;
    if (kind < 2) return Expression::holds(predicate(pair, field()));
    if (kind == 2) return Expression::negate(expression(pair, depth - 1));
    std::vector<Expression> operands;
    for (std::size_t i = below(4); i-- > 0;) operands.push_back(expression(pair, depth - 1));
    return kind == 3 ? Expression::all(std::move(operands)) : Expression::any(std::move(operands));
  }
  std::vector<Branch> branches(Pair& pair) {
    std::vector<Branch> result(1 + below(2));
    for (Branch& branch : result) {
      for (std::uint32_t id = 0; id < kPaths.size(); ++id) {
        if (below(2) == 0) continue;
        FieldCondition condition{json::FieldId{id}, {}, below(4) == 0};
        for (std::size_t i = below(3); i-- > 0;)
          condition.any_of.push_back(predicate(pair, condition.field));
        branch.push_back(condition);
      }
    }
    return result;
  }

 private:
  std::mt19937 random_;
};

TEST(MatcherRandom, AgreesWithTheReferenceEngine) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld world(seed);
    Pair pair;
    for (int i = 0; i < 20; ++i) {
      pair.add_rule(world.expression(pair, 4));
      pair.add_pattern(world.branches(pair));
    }
    std::vector<std::string> events;
    for (int i = 0; i < 60; ++i) events.push_back(world.event());
    expect_agreement(std::move(pair), events);
  }
}

// A double negation means the same and has no gate.
TEST(MatcherRandom, GatesChangeNothing) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    RandomWorld world(seed);
    Pair pair;
    for (int i = 0; i < 30; ++i) {
      const Expression condition = world.expression(pair, 4);
      pair.add_rule(condition);
      pair.add_rule(Expression::negate(Expression::negate(condition)));
    }
    const Matcher matcher = std::move(pair.builder).build();
    for (int i = 0; i < 60; ++i) {
      const std::string event = world.event();
      const auto matched = rules_of(matcher, event);
      ASSERT_EQ(matched.size() % 2, 0U) << seed << event;
      for (std::size_t at = 0; at < matched.size(); at += 2) {
        ASSERT_EQ(index_of(matched[at]) + 1, index_of(matched[at + 1])) << seed << event;
      }
    }
  }
}

TEST(Matcher, ServesSeveralThreadsAtOnce) {
  RandomWorld world(7);
  Pair pair;
  for (int i = 0; i < 40; ++i) pair.add_rule(world.expression(pair, 4));
  const Matcher matcher = std::move(pair.builder).build();
  std::vector<std::string> events;
  std::vector<std::vector<RuleId>> expected;
  for (int i = 0; i < 100; ++i) {
    events.push_back(world.event());
    expected.push_back(rules_of(matcher, events.back()));
  }
  const auto run = [&] {
    MatchScratch scratch;
    for (std::size_t i = 0; i < events.size(); ++i) {
      Record record(events[i], matcher.projection());
      std::vector<RuleId> matched;
      matcher.match(record.fields(), scratch, matched);
      EXPECT_EQ(matched, expected[i]);
    }
  };
  std::jthread first(run);
  std::jthread second(run);
}

// Three arrays of which the last has no element with both: without the bound, the choices before
// it would all be tried with each other.
TEST(Matcher, HostileArraysEndAtTheBound) {
  MatcherBuilder builder;
  Branch branch;
  for (const char* path : {"x.a", "x.b", "y.a", "y.b", "z.a", "z.b"}) {
    const json::FieldId field = builder.fields().add(path);
    branch.push_back({field, {*builder.add({field, text({"1"}), false})}, false});
  }
  builder.add_pattern({branch});
  const Matcher matcher = std::move(builder).build();
  std::string both;
  std::string either;
  for (int i = 0; i < 2'000; ++i) {
    both += R"({"a":"1","b":"1"},)";
    either += R"({"a":"1"},{"b":"1"},)";
  }
  both.back() = ']';
  either.back() = ']';
  // Counts as met: see kVisitsMax.
  EXPECT_EQ(
      rules_of(matcher, "{\"x\":[" + both + ",\"y\":[" + both + ",\"z\":[" + either + "}").size(),
      1U);
}

}  // namespace
}  // namespace trailwarden::match
