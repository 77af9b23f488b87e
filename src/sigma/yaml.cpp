#include "sigma/yaml.h"

#include <libfyaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

#include "json/utf8.h"

namespace trailwarden::sigma {
namespace {

// The text of one document, and where it stands in the file.
struct Chunk {
  std::string_view text;
  std::uint32_t lines_before = 0;
  std::size_t number = 0;  // Of the document, from 0.
};

struct ParserDeleter {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
struct DiagDeleter {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};
using ParserPtr = std::unique_ptr<fy_parser, ParserDeleter>;
using DiagPtr = std::unique_ptr<fy_diag, DiagDeleter>;

// Gives the event back to its parser.
struct EventDeleter {
  fy_parser* parser;
  void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};
using EventPtr = std::unique_ptr<fy_event, EventDeleter>;

std::string text_of(fy_token* token) {
  if (token == nullptr) return {};
  std::size_t size = 0;
  const char* text = fy_token_get_text(token, &size);
  return text == nullptr ? std::string() : std::string(text, size);
}

Style style_of(fy_token* value) {
  if (value == nullptr) return Style::Plain;
  switch (fy_scalar_token_get_style(value)) {
    case FYSS_SINGLE_QUOTED:
    case FYSS_DOUBLE_QUOTED:
      return Style::Quoted;
    case FYSS_LITERAL:
    case FYSS_FOLDED:
      return Style::Block;
    default:
      return Style::Plain;
  }
}

// Whether the scalar's text stands in the file letter by letter, on one line.
bool stands_verbatim(fy_token* value, Style style, const std::string& text) {
  if (value == nullptr || style == Style::Block) return false;
  const fy_mark* start = fy_token_start_mark(value);
  const fy_mark* end = fy_token_end_mark(value);
  if (start == nullptr || end == nullptr || start->line != end->line) return false;
  return end->input_pos - start->input_pos == text.size();
}

// Builds the tree of one document from events. After a problem of its own it goes on, to find the
// others, but the document is dropped; beyond a limit it gives up.
class DocumentBuilder {
 public:
  DocumentBuilder(const YamlLimits& limits, const Chunk& chunk, YamlStream& stream)
      : limits_(limits),
        lines_before_(chunk.lines_before),
        number_(chunk.number),
        stream_(stream) {}

  void begin() {
    open_.clear();
    anchors_.clear();
    root_.reset();
    nodes_ = 0;
    given_up_ = damaged_ = false;
    last_place_ = {lines_before_ + 1, 1};
  }

  void end() {
    if (root_ && !damaged_ && !is_empty(*root_)) {
      stream_.documents.push_back({std::move(*root_), number_});
    }
  }

  void scalar(fy_event* event) {
    Node node;
    fy_token* value = event->scalar.value;
    node.style = style_of(value);
    node.at = place(fy_event_start_mark(event), node.style == Style::Quoted ? 1 : 0);
    node.text = text_of(value);
    node.verbatim = stands_verbatim(value, node.style, node.text);
    if (is_string_tag(event->scalar.tag) && node.style == Style::Plain) {
      node.style = Style::Block;  // '!!str 1': text whatever it looks like.
    }
    add_leaf(std::move(node), event->scalar.anchor);
  }

  void alias(fy_event* event) {
    const Position at = place(fy_event_start_mark(event), 1);
    const std::string name = text_of(event->alias.anchor);
    const auto anchor = anchors_.find(name);
    if (anchor == anchors_.end()) {
      problem(at, "alias '*" + name + "' names no anchor that is complete before it");
      Node missing;
      missing.at = at;
      add_leaf(std::move(missing), nullptr);
      return;
    }
    if (!spend(anchor->second.size, at)) return;
    Node copy = anchor->second.node;
    copy.at = at;
    attach(std::move(copy));
  }

  void open(fy_event* event, Node::Kind kind) {
    const bool mapping = kind == Node::Kind::Mapping;
    Node node;
    node.kind = kind;
    node.at = place(fy_event_start_mark(event), 0);
    is_string_tag(mapping ? event->mapping_start.tag : event->sequence_start.tag);
    if (open_.size() >= limits_.depth_max) {
      give_up(node.at, "nested deeper than " + std::to_string(limits_.depth_max) + " levels");
    }
    if (!spend(1, node.at)) return;
    fy_token* anchor = mapping ? event->mapping_start.anchor : event->sequence_start.anchor;
    Open opened;
    opened.node = std::move(node);
    opened.anchor = text_of(anchor);
    opened.nodes_before = nodes_;
    open_.push_back(std::move(opened));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (!done.anchor.empty()) remember(done.anchor, done.node, nodes_ - done.nodes_before + 1);
    attach(std::move(done.node));
  }

  bool given_up() const { return given_up_; }

 private:
  struct Open {
    Node node;
    std::string anchor;
    std::size_t nodes_before = 0;
    std::optional<Node> key;  // Of a mapping: the key that waits for its value.
    std::unordered_set<std::string> keys;
  };
  struct Anchor {
    Node node;
    std::size_t size;
  };

  // An empty document (only comments, or nothing between two "---") says nothing.
  static bool is_empty(const Node& root) {
    return root.is_scalar() && root.style == Style::Plain && root.text.empty();
  }

  // libfyaml counts from 0, and begins quoted scalars and aliases behind their quote or star:
  // `sign` is the width of that. What has no place (a value that is not there) gets that of what
  // precedes.
  Position place(const fy_mark* mark, std::uint32_t sign) {
    if (mark == nullptr) return last_place_;
    const auto column = static_cast<std::uint32_t>(mark->column) + 1;
    last_place_ = {lines_before_ + static_cast<std::uint32_t>(mark->line) + 1,
                   column > sign ? column - sign : column};
    return last_place_;
  }

  void problem(Position at, std::string message) {
    damaged_ = true;
    stream_.problems.push_back({at, std::move(message)});
  }

  void give_up(Position at, std::string message) {
    if (!given_up_) problem(at, std::move(message));
    given_up_ = true;
  }

  bool spend(std::size_t nodes, Position at) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes_max) {
      give_up(at, "a document of more than " + std::to_string(limits_.nodes_max) +
                      " values, aliases counted in full");
    }
    return !given_up_;
  }

  // True for !!str; every other tag is a problem, since it would change what a value means.
  bool is_string_tag(fy_token* tag) {
    if (tag == nullptr) return false;
    const std::string name = text_of(tag);
    if (name == "tag:yaml.org,2002:str" || name == "!") return true;
    problem(place(fy_token_start_mark(tag), 0), "the YAML tag '" + name + "' is not supported");
    return false;
  }

  void add_leaf(Node node, fy_token* anchor) {
    if (!spend(1, node.at)) return;
    if (anchor != nullptr) remember(text_of(anchor), node, 1);
    attach(std::move(node));
  }

  void remember(const std::string& name, const Node& node, std::size_t size) {
    if (!spend(size, node.at)) return;  // A copy costs memory too.
    anchors_.insert_or_assign(name, Anchor{node, size});
  }

  void attach(Node node) {
    if (given_up_) return;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      take_key(parent, std::move(node));
    } else {
      node.key = std::move(parent.key->text);
      node.key_at = parent.key->place_of(0);
      parent.key.reset();
      parent.node.items.push_back(std::move(node));
    }
  }

  void take_key(Open& mapping, Node key) {
    if (key.text == "<<" && key.style == Style::Plain) {
      problem(key.at, "merge keys ('<<') are not supported: repeat the members");
    } else if (!key.is_scalar()) {
      problem(key.at, "a key must be a text");
    } else if (!mapping.keys.insert(key.text).second) {
      problem(key.at, "the key '" + key.text + "' stands twice in this mapping");
    }
    mapping.key = std::move(key);
  }

  const YamlLimits& limits_;
  std::uint32_t lines_before_;
  std::size_t number_;
  YamlStream& stream_;
  std::vector<Open> open_;
  std::map<std::string, Anchor> anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
  bool given_up_ = false;
  Position last_place_;
  bool damaged_ = false;
};

// Runs libfyaml over one chunk, up to its end or to the first syntax error.
class ChunkReader {
 public:
  ChunkReader(const Chunk& chunk, const YamlLimits& limits, YamlStream& stream)
      : lines_before_(chunk.lines_before), stream_(stream), builder_(limits, chunk, stream) {
    fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = nullptr;
    diag_.reset(fy_diag_create(&diag_config));
    fy_diag_set_collect_errors(diag_.get(), true);
    fy_parse_cfg config{};
    config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                                   FYPCF_DEFAULT_VERSION_1_2);
    config.diag = diag_.get();
    parser_.reset(fy_parser_create(&config));
    fy_parser_set_string(parser_.get(), chunk.text.data(), chunk.text.size());
  }

  void run() {
    while (EventPtr event{fy_parser_parse(parser_.get()), EventDeleter{parser_.get()}}) {
      if (event->type == FYET_STREAM_END) return;
      take(event.get());
      if (builder_.given_up()) return;
    }
    report_syntax_error();
  }

 private:
  void take(fy_event* event) {
    switch (event->type) {
      case FYET_DOCUMENT_START:
        return builder_.begin();
      case FYET_DOCUMENT_END:
        return builder_.end();
      case FYET_SCALAR:
        return builder_.scalar(event);
      case FYET_ALIAS:
        return builder_.alias(event);
      case FYET_MAPPING_START:
        return builder_.open(event, Node::Kind::Mapping);
      case FYET_SEQUENCE_START:
        return builder_.open(event, Node::Kind::Sequence);
      case FYET_MAPPING_END:
      case FYET_SEQUENCE_END:
        return builder_.close();
      default:
        return;
    }
  }

  void report_syntax_error() {
    void* iterator = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(diag_.get(), &iterator);
    Position at{lines_before_ + 1, 1};
    std::string message = "this is not YAML";
    if (error != nullptr) {
      at.line = lines_before_ + static_cast<std::uint32_t>(error->line > 0 ? error->line : 1);
      at.column = static_cast<std::uint32_t>(error->column > 0 ? error->column : 1);
      if (error->msg != nullptr) message += std::string(": ") + error->msg;
    }
    stream_.problems.push_back({at, std::move(message)});
  }

  std::uint32_t lines_before_;
  YamlStream& stream_;
  DocumentBuilder builder_;
  DiagPtr diag_;
  ParserPtr parser_;
};

// Whether the line is "---" or "...", alone or before a blank. At the begin of a line these end a
// document whatever is open (YAML 1.2, production 206, c-forbidden), so that one document's damage
// can be kept from the next. libfyaml itself reads on to the end of the file.
bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

// Blank, a comment or a directive: such lines belong to the document that follows.
bool is_preface(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#' || line[0] == '%';
}

std::vector<Chunk> split_documents(std::string_view text) {
  std::vector<Chunk> chunks;
  Chunk chunk;
  std::size_t start = 0;
  bool begun = false;
  std::uint32_t line_number = 0;
  const auto cut = [&](std::size_t end, std::uint32_t lines) {
    chunk.text = text.substr(start, end - start);
    if (begun) {
      chunks.push_back(chunk);
      ++chunk.number;
    }
    start = end;
    chunk.lines_before = lines;
    begun = false;
  };
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (begun && is_marker(line, "---")) cut(at, line_number);
    begun = begun || !is_preface(line);
    if (is_marker(line, "...")) cut(end, line_number + 1);
    at = end;
  }
  cut(text.size(), line_number);
  return chunks;
}

// YAML text is UTF-8 without control characters; libfyaml does not mind them.
std::optional<YamlProblem> find_bad_byte(std::string_view text) {
  Position at;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t size =
        byte < 0x80 ? 1 : json::utf8_sequence(text.data(), text.data() + text.size());
    if (size == 0) return YamlProblem{at, "this is not UTF-8 text"};
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
      return YamlProblem{at, "a control character"};
    }
    at = byte == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    text.remove_prefix(size);
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  for (const Node& member : items) {
    if (member.key == name && is_mapping()) return &member;
  }
  return nullptr;
}

Position Node::place_of(std::size_t offset) const {
  if (!verbatim) return at;
  const std::size_t quote = style == Style::Quoted ? 1 : 0;
  return {at.line, at.column + static_cast<std::uint32_t>(offset + quote)};
}

YamlStream read_yaml(std::string_view text, const YamlLimits& limits) {
  YamlStream stream;
  if (text.size() > limits.bytes_max) {
    stream.problems.push_back({{},
                               "larger than " + std::to_string(limits.bytes_max >> 20) +
                                   " MiB, the most a rule file may have"});
    return stream;
  }
  if (std::optional<YamlProblem> bad = find_bad_byte(text)) {
    stream.problems.push_back(*std::move(bad));
    return stream;
  }
  for (const Chunk& chunk : split_documents(text)) {
    if (stream.problems.size() >= limits.problems_max) {
      stream.problems.push_back(
          {{chunk.lines_before + 1, 1}, "too many problems: the rest is not read"});
      break;
    }
    ChunkReader(chunk, limits, stream).run();
  }
  return stream;
}

}  // namespace trailwarden::sigma
