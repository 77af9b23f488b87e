#include "sigma/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace trailwarden::sigma {
namespace {

// One problem a line: "2:1 message".
std::string problems_of(std::string_view text, const YamlLimits& limits = {}) {
  std::string list;
  for (const YamlProblem& problem : read_yaml(text, limits).problems) {
    list += std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " +
            problem.message + "\n";
  }
  return list;
}

TEST(Yaml, TreeWithPlacesAndStyles) {
  const YamlStream stream = read_yaml("a: 1\nb:\n  - 'two'\n  - \"th\\u0072ee\"\nc: {d: ~}\n");
  ASSERT_EQ(stream.documents.size(), 1u);
  const Node& root = stream.documents[0].root;
  ASSERT_TRUE(root.is_mapping());
  const Node* a = root.find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->text, "1");
  EXPECT_EQ(a->style, Style::Plain);
  EXPECT_EQ(a->at, (Position{1, 4}));
  EXPECT_EQ(a->key_at, (Position{1, 1}));
  const Node* b = root.find("b");
  ASSERT_TRUE(b != nullptr && b->is_sequence());
  EXPECT_EQ(b->items.at(0).text, "two");
  EXPECT_EQ(b->items.at(0).style, Style::Quoted);
  EXPECT_EQ(b->items.at(0).place_of(1), (Position{3, 7}));
  EXPECT_EQ(b->items.at(1).text, "three");
  EXPECT_EQ(b->items.at(1).place_of(4), (Position{4, 5})) << "escapes: only its start is known";
  const Node* c = root.find("c");
  ASSERT_TRUE(c != nullptr && c->is_mapping());
  EXPECT_EQ(c->find("d")->text, "~");
  EXPECT_EQ(root.find("e"), nullptr);
}

TEST(Yaml, SeveralDocumentsEmptyOnesLeftOut) {
  const YamlStream stream = read_yaml("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
  ASSERT_EQ(stream.documents.size(), 2u);
  EXPECT_EQ(stream.documents[1].root.find("b")->at, (Position{6, 4}));
  EXPECT_TRUE(stream.problems.empty());
}

TEST(Yaml, ADamagedDocumentCostsNoOther) {
  const YamlStream stream = read_yaml("a: 1\n---\nb: [1\n---\nc: 3\n---\nd: {\n---\ne: 5\n");
  ASSERT_EQ(stream.documents.size(), 3u);
  EXPECT_NE(stream.documents[0].root.find("a"), nullptr);
  EXPECT_EQ(stream.documents[1].root.find("c")->at, (Position{5, 4}));
  EXPECT_EQ(stream.documents[2].root.find("e")->at, (Position{9, 4}));
  EXPECT_EQ(stream.documents[2].number, 4u) << "damaged ones count";
  ASSERT_EQ(stream.problems.size(), 2u);
  EXPECT_EQ(stream.problems[0].at.line, 4u) << "where the document ends";
  EXPECT_EQ(stream.problems[1].at.line, 8u);
}

TEST(Yaml, DirectivesAndMarkers) {
  const YamlStream stream = read_yaml(
      "# a comment\n%YAML 1.2\n---\na: 1\n...\n\n# another\n---\nb: |\n  --- x\n---\nc: 3");
  EXPECT_TRUE(stream.problems.empty()) << stream.problems[0].message;
  ASSERT_EQ(stream.documents.size(), 3u);
  EXPECT_EQ(stream.documents[1].root.find("b")->text, "--- x\n");
  EXPECT_EQ(stream.documents[2].root.find("c")->at, (Position{12, 4}));
}

TEST(Yaml, Aliases) {
  const YamlStream stream = read_yaml("a: &x [1, 2]\nb: *x\nc: &y text\nd: *y\n");
  ASSERT_EQ(stream.documents.size(), 1u);
  EXPECT_EQ(stream.documents[0].root.find("b")->items.size(), 2u);
  EXPECT_EQ(stream.documents[0].root.find("b")->at, (Position{2, 4}));
  EXPECT_EQ(stream.documents[0].root.find("d")->text, "text");
}

TEST(Yaml, Problems) {
  EXPECT_EQ(problems_of("a: 1\nb: 2\na: 3\n"), "3:1 the key 'a' stands twice in this mapping\n");
  EXPECT_EQ(problems_of("a: *x\n"), "1:4 alias '*x' names no anchor that is complete before it\n");
  EXPECT_EQ(problems_of("a: &x [*x]\n"),
            "1:8 alias '*x' names no anchor that is complete before it\n");
  EXPECT_EQ(problems_of("a: &x {b: 1}\n<<: *x\n"),
            "2:1 merge keys ('<<') are not supported: repeat the members\n");
  EXPECT_EQ(problems_of("a: !!python/object:os.system 1\n"),
            "1:4 the YAML tag 'tag:yaml.org,2002:python/object:os.system' is not supported\n");
  EXPECT_EQ(problems_of("? [a]\n: 1\n"), "1:3 a key must be a text\n");
  EXPECT_EQ(problems_of("a: !!str 1\n"), "");
}

TEST(Yaml, SyntaxErrorsHaveTheirPlace) {
  const YamlStream stream = read_yaml("title: x\ndetection:\n  a: 'open\n");
  ASSERT_EQ(stream.problems.size(), 1u);
  EXPECT_EQ(stream.problems[0].at.line, 3u) << stream.problems[0].message;
  EXPECT_EQ(stream.problems[0].message.find("this is not YAML: "), 0u);
  EXPECT_EQ(read_yaml("a: b: c\n").problems.size(), 1u);
  EXPECT_EQ(read_yaml("\tkey: 1\n").problems.size(), 1u);
  EXPECT_EQ(read_yaml("a: \x01\n").problems.size(), 1u);
  EXPECT_EQ(read_yaml("a: \xff\xfe\n").problems.size(), 1u);
}

TEST(Yaml, Limits) {
  EXPECT_EQ(problems_of("a: [[[1]]]\n", {.depth_max = 3}), "1:6 nested deeper than 3 levels\n");
  EXPECT_EQ(problems_of("a: [[1]]\n", {.depth_max = 3}), "");
  EXPECT_EQ(problems_of("a: [1, 2]\nb: 3\n---\nc: 1\n", {.nodes_max = 5}),
            "2:1 a document of more than 5 values, aliases counted in full\n");
  EXPECT_EQ(problems_of(std::string(std::size_t{2} << 20, ' '), {.bytes_max = 1 << 20}),
            "1:1 larger than 1 MiB, the most a rule file may have\n");
}

TEST(Yaml, ALaughableNumberOfAliasesIsStopped) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j) text += ", " + last;
    text += "]\n";
  }
  const YamlStream stream = read_yaml(text);
  EXPECT_TRUE(stream.documents.empty());
  ASSERT_EQ(stream.problems.size(), 1u);
  EXPECT_NE(stream.problems[0].message.find("more than 100000 values"), std::string::npos);
}

TEST(Yaml, DeepNestingIsStopped) {
  for (const char* open : {"[", "{a: ", "- ", "? "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_GE(read_yaml(text).problems.size(), 1u) << open;
  }
}

TEST(Yaml, ManyDamagedDocumentsAreGivenUp) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "---\na: [\n";
  const YamlStream stream = read_yaml(text, {.problems_max = 10});
  ASSERT_EQ(stream.problems.size(), 11u);
  EXPECT_EQ(stream.problems.back().message, "too many problems: the rest is not read");
}

}  // namespace
}  // namespace trailwarden::sigma
