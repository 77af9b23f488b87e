// Any bytes are a tree of bounded depth or an error; a tree that is written and read again is the
// same.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "aws/xml.h"

using trailwarden::aws::parse_xml;
using trailwarden::aws::xml_escape;
using trailwarden::aws::XmlElement;

namespace {

std::size_t depth(const XmlElement& element) {
  std::size_t deepest = 0;
  for (const XmlElement& child : element.children) deepest = std::max(deepest, depth(child));
  return deepest + 1;
}

// With a prefix, as what is left of a name need not begin as one ("a:1").
std::string written(const XmlElement& element) {
  const std::string name = "p:" + element.name;
  std::string text = "<" + name + ">" + xml_escape(element.text);
  for (const XmlElement& child : element.children) text += written(child);
  return text + "</" + name + ">";
}

bool is_same(const XmlElement& a, const XmlElement& b) {
  if (a.name != b.name || a.text != b.text || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!is_same(a.children[i], b.children[i])) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto root = parse_xml({reinterpret_cast<const char*>(data), size});
  if (!root) return 0;
  if (depth(*root) > 32) __builtin_trap();
  const auto again = parse_xml(written(*root));
  if (!again || !is_same(*root, *again)) __builtin_trap();
  return 0;
}
