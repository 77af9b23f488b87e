#include "sigma/yaml.h"

#include <libfyaml.h>

#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

namespace trailwarden::sigma {
namespace {

struct ParserDeleter {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
struct DiagDeleter {
  void operator()(fy_diag* diag) const { fy_diag_unref(diag); }
};
using ParserPtr = std::unique_ptr<fy_parser, ParserDeleter>;
using DiagPtr = std::unique_ptr<fy_diag, DiagDeleter>;

// Gives the event back to its parser.
struct EventDeleter {
  fy_parser* parser;
  void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};
using EventPtr = std::unique_ptr<fy_event, EventDeleter>;

Position position_of(const fy_mark* mark, std::uint32_t lines_before) {
  if (mark == nullptr) return {lines_before + 1, 1};
  return {lines_before + static_cast<std::uint32_t>(mark->line) + 1,
          static_cast<std::uint32_t>(mark->column) + 1};
}

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
  const std::size_t width = end->input_pos - start->input_pos;
  return width == text.size() || (style == Style::Quoted && width == text.size() + 2);
}

// Builds the tree of one document from events. After a problem of its own it keeps following the
// events, so that the document's end is found, but the document is dropped.
class DocumentBuilder {
 public:
  DocumentBuilder(const YamlLimits& limits, std::uint32_t lines_before, YamlStream& stream)
      : limits_(limits), lines_before_(lines_before), stream_(stream) {}

  void begin() {
    open_.clear();
    anchors_.clear();
    root_.reset();
    nodes_ = dropped_depth_ = 0;
    overflowed_ = damaged_ = false;
  }

  void end() {
    if (root_ && !damaged_ && !is_empty(*root_)) stream_.documents.push_back(std::move(*root_));
  }

  void scalar(fy_event* event) {
    Node node;
    node.at = place(event);
    fy_token* value = event->scalar.value;
    node.style = style_of(value);
    node.text = text_of(value);
    node.verbatim = stands_verbatim(value, node.style, node.text);
    if (is_string_tag(event->scalar.tag, node.at) && node.style == Style::Plain) {
      node.style = Style::Block;  // '!!str 1': text whatever it looks like.
    }
    add_leaf(std::move(node), event->scalar.anchor);
  }

  void alias(fy_event* event) {
    const Position at = place(event);
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
    node.at = place(event);
    is_string_tag(mapping ? event->mapping_start.tag : event->sequence_start.tag, node.at);
    if (open_.size() >= limits_.depth_max) {
      overflow(node.at, "nested deeper than " + std::to_string(limits_.depth_max) + " levels");
    }
    if (overflowed_ || !spend(1, node.at)) {
      ++dropped_depth_;
      return;
    }
    fy_token* anchor = mapping ? event->mapping_start.anchor : event->sequence_start.anchor;
    Open opened;
    opened.node = std::move(node);
    opened.anchor = text_of(anchor);
    opened.nodes_before = nodes_;
    open_.push_back(std::move(opened));
  }

  void close() {
    if (dropped_depth_ > 0) {
      --dropped_depth_;
      return;
    }
    if (open_.empty()) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    if (!done.anchor.empty()) remember(done.anchor, done.node, nodes_ - done.nodes_before + 1);
    attach(std::move(done.node));
  }

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

  Position place(fy_event* event) const {
    return position_of(fy_event_start_mark(event), lines_before_);
  }

  void problem(Position at, std::string message) {
    damaged_ = true;
    stream_.problems.push_back({at, std::move(message)});
  }

  void overflow(Position at, std::string message) {
    if (!overflowed_) problem(at, std::move(message));
    overflowed_ = true;
  }

  bool spend(std::size_t nodes, Position at) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes_max) {
      overflow(at, "a document of more than " + std::to_string(limits_.nodes_max) +
                       " values, aliases counted in full");
    }
    return !overflowed_;
  }

  // True for !!str; every other tag is a problem, since it would change what a value means.
  bool is_string_tag(fy_token* tag, Position at) {
    if (tag == nullptr) return false;
    const std::string name = text_of(tag);
    if (name == "tag:yaml.org,2002:str" || name == "!") return true;
    problem(at, "the YAML tag '" + name + "' is not supported");
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
    if (overflowed_) return;
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
  YamlStream& stream_;
  std::vector<Open> open_;
  std::map<std::string, Anchor> anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
  std::size_t dropped_depth_ = 0;  // Open collections beyond a limit.
  bool overflowed_ = false;
  bool damaged_ = false;
};

// One run of the parser over `text`, up to its end or to the first syntax error.
class StreamReader {
 public:
  StreamReader(std::string_view text, std::uint32_t lines_before, const YamlLimits& limits,
               YamlStream& stream)
      : lines_before_(lines_before), stream_(stream), builder_(limits, lines_before, stream) {
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
    fy_parser_set_string(parser_.get(), text.data(), text.size());
  }

  // The line of the syntax error that ended the run, or nothing at the text's end.
  std::optional<std::uint32_t> run() {
    while (EventPtr event{fy_parser_parse(parser_.get()), EventDeleter{parser_.get()}}) {
      if (event->type == FYET_STREAM_END) return std::nullopt;
      take(event.get());
    }
    return report_syntax_error();
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

  std::uint32_t report_syntax_error() {
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
    return at.line;
  }

  std::uint32_t lines_before_;
  YamlStream& stream_;
  DocumentBuilder builder_;
  DiagPtr diag_;
  ParserPtr parser_;
};

bool is_document_start(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' ||
                                     line[3] == '\r' || line[3] == '\n');
}

// A place in the text from which reading may go on.
struct Resume {
  std::size_t offset;
  std::uint32_t lines_before;
};

// The first line after line number `line` that begins a document.
std::optional<Resume> next_document(std::string_view text, Resume from, std::uint32_t line) {
  while (true) {
    const std::size_t end = text.find('\n', from.offset);
    if (end == std::string_view::npos) return std::nullopt;
    from = {end + 1, from.lines_before + 1};
    if (from.lines_before >= line && is_document_start(text.substr(from.offset))) return from;
  }
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
  Resume from{0, 0};
  while (true) {
    StreamReader reader(text.substr(from.offset), from.lines_before, limits, stream);
    const std::optional<std::uint32_t> error_line = reader.run();
    if (!error_line) return stream;
    const std::optional<Resume> next = next_document(text, from, *error_line);
    if (!next) return stream;
    if (stream.problems.size() >= limits.problems_max) {
      stream.problems.push_back({{*error_line, 1}, "too many problems: the rest is not read"});
      return stream;
    }
    from = *next;
  }
}

}  // namespace trailwarden::sigma
