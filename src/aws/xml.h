// XML as AWS's answers are made of it: elements and text. Read with expat into a small tree; what
// could make a small answer large (a document type, entities of its own) is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::aws {

struct XmlElement {
  std::string name;  // Without a namespace's prefix.
  std::string text;  // Its own characters, those of its children not.
  std::vector<XmlElement> children;

  // The first child of this name, or nullptr.
  const XmlElement* child(std::string_view child_name) const;
};

// The root element. Error: Decode, for what is no well-formed XML 1.0, has a document type, nests
// deeper than 32 or has more than 200,000 elements (a full page of S3's list has 10,000).
Result<XmlElement> parse_xml(std::string_view bytes);

// `text` with what XML reserves written as references; control characters as well.
std::string xml_escape(std::string_view text);

}  // namespace trailwarden::aws
