// Projection::folded(): the same fields in records whose export lower-cased the names.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/walker.h"
#include "padded.h"

namespace trailwarden::json {
namespace {

// What a folded walk of `text` finds: "path=raw;" for each value, fields in the order of `paths`.
std::string found_in(std::string_view text, const std::vector<std::string>& paths) {
  ProjectionBuilder builder;
  for (const std::string& path : paths) builder.add(path);
  const Projection projection = std::move(builder).build();
  const Projection folded = projection.folded();
  EXPECT_EQ(folded.field_count(), projection.field_count());
  const Padded padded(text);
  StructuralIndex index;
  index.build(padded.text());
  Projected found;
  found.clear(folded.field_count());
  const WalkResult walked = project(index, 0, folded, found);
  std::string out = walked.status == WalkStatus::Complete ? "" : walked.problem;
  for (std::uint32_t field = 0; field < folded.field_count(); ++field) {
    EXPECT_EQ(folded.path(FieldId{field}), projection.path(FieldId{field}));
    for (std::uint32_t i = found.first(FieldId{field}); i != Projected::kNone;
         i = found.value(i).next) {
      const Value& value = found.value(i);
      out += std::string(folded.path(FieldId{field})) + "=";
      out += value.kind == Kind::String ? "'" + std::string(found.text_of(value)) + "'" : value.raw;
      out += ";";
    }
  }
  return out;
}

struct Case {
  const char* why;
  const char* text;
  std::vector<std::string> paths;
  const char* found;
};

TEST(Folded, Table) {
  const Case cases[] = {
      {"names in lower case",
       R"({"eventname":"A","useridentity":{"sessioncontext":{"x":1}}})",
       {"eventName", "userIdentity.sessionContext.x"},
       "eventName='A';userIdentity.sessionContext.x=1;"},
      {"names in any case",
       R"({"eventName":1,"EVENTNAME":2})",
       {"eventName"},
       "eventName=1;eventName=2;"},
      {"only ASCII is folded", R"({"É":1,"é":2})", {"É"}, "É=1;"},
      {"names with dots",
       R"({"useridentity.sessioncontext":{"x":1}})",
       {"userIdentity.sessionContext.x"},
       "userIdentity.sessionContext.x=1;"},
      {"two fields that differ by case only see the same values",
       R"({"dbname":[1,2]})",
       {"dBName", "dbName", "other"},
       "dBName=[1,2];dBName=1;dBName=2;dbName=[1,2];dbName=1;dbName=2;"},
      {"the empty path and the empty name", R"({"":1})", {"", "A"}, R"(={"":1};)"},
      {"JSON in a string is entered",
       R"({"p":"{\"bucketName\":\"b\\\"c\",\"n\":[{\"v\":1}]}"})",
       {"P.bucketName", "P.n.v"},
       "P.bucketName='b\"c';P.n.v=1;"},
      {"and stands there itself", R"({"p":" [1,2] "})", {"P", "P.a"}, "P=[1,2];P=1;P=2;"},
      {"not where nobody looks below", R"({"p":"{\"a\":1}"})", {"P"}, R"(P='{"a":1}';)"},
      {"not a second time",
       R"({"p":"{\"q\":\"{\\\"a\\\":1}\"}"})",
       {"P.q", "P.q.a"},
       R"(P.q='{"a":1}';)"},
      {"in arrays too", R"({"p":["{\"a\":1}","{\"a\":2}"]})", {"p.a"}, "p.a=1;p.a=2;"},
      {"texts stay texts",
       R"({"p":"true","q":"null","r":"12","s":""})",
       {"p", "p.a", "q.a", "q", "r.a", "r", "s", "s.a"},
       "p='true';q='null';r='12';s='';"},
      {"what is no JSON stays a text", R"({"p":"{\"a\":1"})", {"p", "p.a"}, R"(p='{"a":1';)"},
      {"JSON and more stays a text", R"({"p":"{\"a\":1}{}"})", {"p", "p.a"}, R"(p='{"a":1}{}';)"},
      {"bytes that no JSON text holds", "{\"p\":\"{\\\"a\\\":\\\"\\u0001\\\"}\"}", {"p.a"}, ""},
  };
  for (const Case& test : cases) EXPECT_EQ(found_in(test.text, test.paths), test.found) << test.why;
}

// Arrays in texts are other arrays than those around them, and than those in other texts.
TEST(Folded, ElementsInTextsAreTheirOwn) {
  ProjectionBuilder builder;
  const FieldId a = builder.add("p.a");
  const FieldId b = builder.add("q.b");
  const FieldId c = builder.add("p.c");
  const Projection folded = std::move(builder).build().folded();
  const Padded padded(
      R"({"p":"[{\"a\":1,\"c\":1},{\"a\":2,\"c\":2}]","q":"[{\"b\":1},{\"b\":2}]"})");
  StructuralIndex index;
  index.build(padded.text());
  Projected found;
  found.clear(folded.field_count());
  ASSERT_EQ(project(index, 0, folded, found).status, WalkStatus::Complete);
  const auto element = [&found](FieldId field, int number) {
    std::uint32_t at = found.first(field);
    while (number-- > 0) at = found.value(at).next;
    return found.value(at).element;
  };
  EXPECT_TRUE(found.consistent(element(a, 0), element(c, 0)));
  EXPECT_FALSE(found.consistent(element(a, 0), element(c, 1)));
  EXPECT_TRUE(found.consistent(element(a, 0), element(b, 1)));
}

}  // namespace
}  // namespace trailwarden::json
