#include "json/walker.h"

#include "json/byte_search.h"
#include "json/projection_tree.h"
#include "json/scalar.h"
#include "json/token_reader.h"
#include "json/walk_result.h"

namespace trailwarden::json {
namespace {

// Instead of a token number: the walk is over, and trouble() says why.
constexpr std::uint32_t kFailed = UINT32_MAX;

// One call of project(). Each member function reads what begins at `token` and gives the token
// behind it, or kFailed.
class Walk {
 public:
  using Tree = Projection::Tree;
  using Node = Tree::Node;

  Walk(const StructuralIndex& index, const Tree& tree, Projected& found)
      : in_(index),
        tree_(tree),
        found_(found),
        enters_texts_(tree.folded),
        next_array_(in_.count()) {}

  // Inline, as scalar() is: for each member of each record a call would cost a tenth of the walk.
  [[gnu::always_inline]] std::uint32_t value(std::uint32_t token, const Node& node,
                                             ElementId element) {
    switch (in_.byte(token)) {
      case '{':
        return object(token, node, element);
      case '[':
        return array(token, node, element);
      default:
        return scalar(token, node, element);
    }
  }

  const WalkResult& trouble() const { return trouble_; }

 private:
  std::uint32_t incomplete() {
    trouble_.status = WalkStatus::Incomplete;
    return kFailed;
  }

  std::uint32_t malformed(std::uint32_t token, const char* problem) {
    trouble_ = {WalkStatus::Malformed, token, in_.offset(token), problem};
    return kFailed;
  }

  std::uint32_t leave(std::uint32_t behind) {
    --depth_;
    return behind;
  }

  std::uint32_t container(std::uint32_t token) {
    const std::uint32_t behind = in_.behind_container(token);
    if (behind > in_.count()) return incomplete();
    return in_.closes(behind - 1, token) ? behind : malformed(behind - 1, kWrongBracket);
  }

  std::uint32_t skipped(std::uint32_t token) {
    switch (in_.token_class(token)) {
      case TokenClass::Scalar:
        return token + 1;
      case TokenClass::Open:
        return container(token);
      default:
        return malformed(token, kNoValue);
    }
  }

  // Adds the object or array at `token`, whose end is not yet known: it comes before what is in it.
  std::uint32_t begin_container(Kind kind, const Node& node, ElementId element) {
    if (node.field == Tree::kNone) return Projected::kNone;
    return found_.add(FieldId{node.field}, {.kind = kind, .element = element});
  }

  std::uint32_t end_container(std::uint32_t value, std::uint32_t token, std::uint32_t behind) {
    if (value != Projected::kNone) {
      const std::uint32_t end =
          behind == kFailed ? in_.offset(in_.count()) : in_.offset(behind - 1) + 1;
      found_.set_raw(value, in_.between(in_.offset(token), end));
    }
    return behind;
  }

  std::uint32_t object(std::uint32_t token, const Node& node, ElementId element) {
    const std::uint32_t value = begin_container(Kind::Object, node, element);
    const bool enters = node.has_children;
    return end_container(value, token, enters ? members(token, node, element) : container(token));
  }

  std::uint32_t array(std::uint32_t token, const Node& node, ElementId element) {
    const std::uint32_t value = begin_container(Kind::Array, node, element);
    return end_container(value, token, elements(token, node, element));
  }

  std::uint32_t members(std::uint32_t token, const Node& node, ElementId element) {
    if (++depth_ > kWalkDepthMax) return malformed(token, kTooDeep);
    if (++token < in_.count() && in_.byte(token) == '}') return leave(token + 1);
    for (;;) {
      // Name, colon, the value's first token, and what comes behind it.
      if (in_.count() - token < 4) return cut_member(token);
      if (in_.byte(token) != '"') return malformed(token, kNoName);
      if (in_.byte(token + 1) != ':') return malformed(token + 1, kNoColon);
      const std::uint32_t child = find(node, in_.quoted(token));
      token += 2;
      token = child == Tree::kNone ? skipped(token) : value(token, tree_.nodes[child], element);
      if (token == kFailed) return kFailed;
      if (token == in_.count()) return incomplete();
      const char behind = in_.byte(token++);
      if (behind == '}') return leave(token);
      if (behind != ',') return malformed(token - 1, kNoObjectEnd);
    }
  }

  // A member with fewer than four tokens left: was it cut off, or is it wrong before the end?
  std::uint32_t cut_member(std::uint32_t token) {
    const std::uint32_t left = in_.count() - token;
    if (left > 0 && in_.byte(token) != '"') return malformed(token, kNoName);
    if (left > 1 && in_.byte(token + 1) != ':') return malformed(token + 1, kNoColon);
    if (left > 2 && skipped(token + 2) == kFailed) return kFailed;
    return incomplete();
  }

  std::uint32_t elements(std::uint32_t token, const Node& node, ElementId element) {
    if (++depth_ > kWalkDepthMax) return malformed(token, kTooDeep);
    const std::uint32_t array = first_array_ + token;
    if (++token < in_.count() && in_.byte(token) == ']') return leave(token + 1);
    for (std::uint32_t position = 0;; ++position) {
      // The element's first token and what comes behind it.
      if (in_.count() - token < 2) return cut_element(token);
      token = array_element(token, node, element, array, position);
      if (token == kFailed) return kFailed;
      if (token == in_.count()) return incomplete();
      const char behind = in_.byte(token++);
      if (behind == ']') return leave(token);
      if (behind != ',') return malformed(token - 1, kNoArrayEnd);
    }
  }

  std::uint32_t cut_element(std::uint32_t token) {
    if (token < in_.count() && skipped(token) == kFailed) return kFailed;
    return incomplete();
  }

  // An object or array as an element ties what is in it together (EventBridge's array consistency);
  // a scalar ties nothing. The values of arrays in arrays are values of the same field.
  std::uint32_t array_element(std::uint32_t token, const Node& node, ElementId element,
                              std::uint32_t array, std::uint32_t position) {
    switch (in_.byte(token)) {
      case '{':
        return object(token, node, found_.add_element(element, array, position));
      case '[':
        return elements(token, node, found_.add_element(element, array, position));
      default:
        return scalar(token, node, element);
    }
  }

  [[gnu::always_inline]] std::uint32_t scalar(std::uint32_t token, const Node& node,
                                              ElementId element) {
    if (enters_texts_ && node.has_children && enter_text(token, node, element)) return token + 1;
    if (node.field == Tree::kNone) return skipped(token);
    Value& value = found_.add_blank(FieldId{node.field});
    value.element = element;
    if (const char* problem = read_scalar(in_, token, value)) return malformed(token, problem);
    return token + 1;
  }

  // Reads the object or array that the string at `token` holds in the string's place, as far as it
  // is JSON. False: it holds none.
  [[gnu::noinline]] bool enter_text(std::uint32_t token, const Node& node, ElementId element) {
    Value value;
    if (in_.byte(token) != '"' || read_scalar(in_, token, value) != nullptr) return false;
    std::string text;
    unescape(value.raw, text);
    const std::size_t size = text.size();
    text.append(kPadding, '\0');
    StructuralIndex index;
    const std::string_view kept = found_.keep(std::move(text));
    index.build(kept.substr(0, size));
    if (!holds_one_container(index)) return false;
    Walk inside(index, tree_, found_);
    inside.enters_texts_ = false;
    inside.first_array_ = next_array_;
    next_array_ += inside.in_.count();
    inside.value(0, node, element);
    return true;
  }

  static bool holds_one_container(const StructuralIndex& index) {
    const std::optional<Kind> kind = kind_at(index, 0);
    if (kind != Kind::Object && kind != Kind::Array) return false;
    const WalkResult skipped = skip(index, 0);
    return skipped.status == WalkStatus::Complete && skipped.next_token == index.tokens().size() &&
           index.fault() == IndexFault::None;
  }

  std::uint32_t find(const Node& node, std::string_view name) {
    if (!node.odd_names) {
      const std::uint32_t child = tree_.find(node, name);
      if (child != Tree::kNone || !contains_either(name, '\\', '.')) return child;
    }
    return find_odd(node, name);
  }

  // A name with escapes, or with dots, which stand for names below; any name of a folded tree.
  [[gnu::noinline]] std::uint32_t find_odd(const Node& top, std::string_view raw) {
    std::string name;
    unescape(raw, name);
    if (tree_.folded) fold_case(name);
    const std::size_t size = name.size();
    name.append(kPadding, '\0');
    std::string_view rest(name.data(), size);
    for (const Node* node = &top;;) {
      const std::size_t dot = rest.find('.');
      const std::uint32_t child = tree_.find(*node, rest.substr(0, dot));
      if (child == Tree::kNone || dot == std::string_view::npos) return child;
      node = &tree_.nodes[child];
      rest.remove_prefix(dot + 1);
    }
  }

 public:
  // Fills kind, raw and has_escapes; gives the problem, or null.
  static const char* read_scalar(const TokenReader& in, std::uint32_t token, Value& value) {
    if (in.byte(token) == '"') {
      value.raw = in.quoted(token);
      value.kind = Kind::String;
      value.has_escapes = in.has_backslash(token, value.raw);
      return value.has_escapes && !escapes_are_valid(value.raw) ? kBadEscape : nullptr;
    }
    return read_plain(in, token, value);
  }

 private:
  [[gnu::noinline]] static const char* read_plain(const TokenReader& in, std::uint32_t token,
                                                  Value& value) {
    if (in.token_class(token) != TokenClass::Scalar) return kNoValue;
    value.raw = in.plain(token);
    const std::optional<Kind> kind = plain_scalar_kind(value.raw);
    if (!kind) return kBadScalar;
    value.kind = *kind;
    return nullptr;
  }

  TokenReader in_;
  const Tree& tree_;
  Projected& found_;
  std::uint32_t depth_ = 0;  // Objects and arrays around the next token.
  bool enters_texts_;
  std::uint32_t first_array_ = 0;  // What numbers arrays apart from those of other texts.
  std::uint32_t next_array_;       // The first number that no array of a text so far has.
  WalkResult trouble_;
};

// Whether nothing can be said of the value at `token`: there is none, or it is the last token, a
// scalar that the text's end or a fault cuts in two.
bool is_cut_off(const StructuralIndex& index, std::uint32_t token) {
  const std::size_t count = index.tokens().size();
  if (token + std::size_t{1} != count) return token >= count;
  return index.ends_in_string() || index.fault() != IndexFault::None;
}

WalkResult complete(const TokenReader& in, std::uint32_t token, std::uint32_t behind) {
  std::uint32_t end = in.offset(behind - 1) + 1;
  if (in.byte(token) == '"') {
    const std::string_view raw = in.quoted(token);
    end = in.offset(token) + static_cast<std::uint32_t>(raw.size()) + 2;
  } else if (in.token_class(token) == TokenClass::Scalar) {
    end = in.offset(token) + static_cast<std::uint32_t>(in.plain(token).size());
  }
  return {WalkStatus::Complete, behind, end, ""};
}

}  // namespace

WalkResult project(const StructuralIndex& index, std::uint32_t token, const Projection& projection,
                   Projected& found) {
  if (is_cut_off(index, token)) return incomplete_at(index, token);
  Walk walk(index, projection.tree(), found);
  const std::uint32_t behind = walk.value(token, projection.tree().nodes[0], ElementId{});
  for (const auto& [of, field] : projection.tree().shared) found.share(of, field);
  if (behind != kFailed) return complete(TokenReader(index), token, behind);
  if (walk.trouble().status == WalkStatus::Incomplete) return incomplete_at(index, token);
  return walk.trouble();
}

WalkResult skip(const StructuralIndex& index, std::uint32_t token) {
  if (is_cut_off(index, token)) return incomplete_at(index, token);
  const TokenReader in(index);
  switch (in.token_class(token)) {
    case TokenClass::Scalar:
      return complete(in, token, token + 1);
    case TokenClass::Open:
      break;
    default:
      return {WalkStatus::Malformed, token, in.offset(token), kNoValue};
  }
  const std::uint32_t behind = in.behind_container(token);
  if (behind > in.count()) return incomplete_at(index, token);
  const std::uint32_t closing = behind - 1;
  if (in.closes(closing, token)) return complete(in, token, behind);
  return {WalkStatus::Malformed, closing, in.offset(closing), kWrongBracket};
}

std::optional<Kind> kind_at(const StructuralIndex& index, std::uint32_t token) {
  if (token >= index.tokens().size()) return std::nullopt;
  const char byte = TokenReader(index).byte(token);
  switch (byte) {
    case '{':
      return Kind::Object;
    case '[':
      return Kind::Array;
    case '"':
      return Kind::String;
    case 't':
      return Kind::True;
    case 'f':
      return Kind::False;
    case 'n':
      return Kind::Null;
    default:
      break;
  }
  if (byte == '-' || (byte >= '0' && byte <= '9')) return Kind::Number;
  return std::nullopt;
}

std::optional<Value> scalar_at(const StructuralIndex& index, std::uint32_t token) {
  if (is_cut_off(index, token)) return std::nullopt;
  Value value;
  if (Walk::read_scalar(TokenReader(index), token, value) != nullptr) return std::nullopt;
  return value;
}

}  // namespace trailwarden::json
