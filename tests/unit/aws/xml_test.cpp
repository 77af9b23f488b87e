#include "aws/xml.h"

namespace trailwarden::aws {
namespace {

TEST(Xml, ReadsElementsAndText) {
  const auto root = parse_xml(
      "<?xml version=\"1.0\"?>\n<s3:Result xmlns:s3=\"urn:x\"><Key a='1'>a&amp;b&#10;</Key>"
      "<Key><![CDATA[<raw>]]></Key><Empty/> text </s3:Result>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "Result");
  EXPECT_EQ(root->text, " text ");
  ASSERT_EQ(root->children.size(), 3U);
  EXPECT_EQ(root->child("Key")->text, "a&b\n");
  EXPECT_EQ(root->children[1].text, "<raw>");
  EXPECT_EQ(root->child("Empty")->text, "");
  EXPECT_EQ(root->child("None"), nullptr);
}

TEST(Xml, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "text", "<a>", "<a></b>", "<a/><b/>", "<a>\x01</a>",
                           "<a>\xff</a>", "<a>&unknown;</a>", "{}"}) {
    EXPECT_FALSE(parse_xml(text)) << text;
  }
}

TEST(Xml, RefusesDocumentTypes) {
  const auto bomb = parse_xml("<!DOCTYPE a [<!ENTITY b \"bbb\">]><a>&b;</a>");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().message, "the answer has a document type, line 1");
  EXPECT_FALSE(parse_xml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"));
}

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "<a>";
  for (int i = 0; i < depth; ++i) text += "</a>";
  return text;
}

TEST(Xml, BoundsDepthAndElements) {
  EXPECT_TRUE(parse_xml(nested(32)));
  EXPECT_FALSE(parse_xml(nested(33)));
  std::string wide = "<r>";
  for (int i = 1; i < 200'000; ++i) wide += "<a/>";
  EXPECT_TRUE(parse_xml(wide + "</r>"));
  EXPECT_FALSE(parse_xml(wide + "<a/></r>"));
}

TEST(Xml, EscapesWhatItReserves) {
  EXPECT_EQ(xml_escape("a<b>&\"c\"\r\n"), "a&lt;b&gt;&amp;&quot;c&quot;&#13;&#10;");
  const std::string odd = "\t<&>\"'\r\nü";
  EXPECT_EQ(parse_xml("<a>" + xml_escape(odd) + "</a>")->text, odd);
}

}  // namespace
}  // namespace trailwarden::aws
