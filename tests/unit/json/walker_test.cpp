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
          out += "@" + std::to_string(static_cast<std::uint32_t>(value.element));
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
     "a=[[1],[[2],3]];a=1;a=2;a=3;"},
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

}  // namespace
}  // namespace trailwarden::json
