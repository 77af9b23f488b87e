#include "aws/xml.h"

#include <expat.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <utility>

namespace trailwarden::aws {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kElementsMax = 200'000;

// Builds the tree while expat reads. `open` holds the elements that are not closed yet, outermost
// first: an element joins its parent when it ends.
struct Builder {
  XML_Parser parser;
  std::vector<XmlElement> open;
  XmlElement root;
  std::size_t elements = 0;
  const char* refusal = nullptr;

  void refuse(const char* why) {
    refusal = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

void on_start(void* data, const XML_Char* name, const XML_Char** /*attributes*/) {
  auto& builder = *static_cast<Builder*>(data);
  if (builder.open.size() == kDepthMax) return builder.refuse("nests too deeply");
  if (++builder.elements > kElementsMax) return builder.refuse("has too many elements");
  std::string_view local(name);
  if (const auto colon = local.rfind(':'); colon != local.npos) local.remove_prefix(colon + 1);
  builder.open.push_back({std::string(local), {}, {}});
}

void on_end(void* data, const XML_Char* /*name*/) {
  auto& builder = *static_cast<Builder*>(data);
  if (builder.open.empty()) return;  // Expat ends an element once more after it was stopped.
  XmlElement done = std::move(builder.open.back());
  builder.open.pop_back();
  if (builder.open.empty()) {
    builder.root = std::move(done);
  } else {
    builder.open.back().children.push_back(std::move(done));
  }
}

void on_text(void* data, const XML_Char* text, int length) {
  auto& builder = *static_cast<Builder*>(data);
  if (!builder.open.empty()) builder.open.back().text.append(text, static_cast<unsigned>(length));
}

void on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Builder*>(data)->refuse("has a document type");
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& c) { return c.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

Result<XmlElement> parse_xml(std::string_view bytes) {
  if (bytes.size() > INT_MAX) return fail(ErrorCode::Decode, "an XML answer is too large");
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate("UTF-8"), &XML_ParserFree);
  if (!parser) return fail(ErrorCode::Decode, "no memory to read an XML answer");
  Builder builder{parser.get(), {}, {}, 0, nullptr};
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  if (XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), 1) == XML_STATUS_OK) {
    return std::move(builder.root);
  }
  const std::string why =
      builder.refusal != nullptr
          ? builder.refusal
          : std::string("is no XML (") + XML_ErrorString(XML_GetErrorCode(parser.get())) + ")";
  return fail(ErrorCode::Decode, "the answer " + why + ", line " +
                                     std::to_string(XML_GetCurrentLineNumber(parser.get())));
}

std::string xml_escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ') {
          result += "&#" + std::to_string(static_cast<int>(c)) + ";";
        } else {
          result += c;
        }
    }
  }
  return result;
}

}  // namespace trailwarden::aws
