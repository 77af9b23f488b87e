#include "json/token_reader.h"
#include "json/walk_result.h"
#include "json/walker.h"

namespace trailwarden::json {

ItemCursor::ItemCursor(const StructuralIndex& index, std::uint32_t token)
    : index_(&index), at_(token + 1) {
  const std::optional<Kind> kind = kind_at(index, token);
  result_ = incomplete_at(index, token);
  if (kind == Kind::Object || kind == Kind::Array) {
    kind_ = *kind;
  } else if (token < index.tokens().size()) {
    malformed(token, "expected an object or an array");
  }
}

ItemCursor::ItemCursor(const StructuralIndex& index, std::uint32_t token, Kind kind, Expect expect)
    : index_(&index), at_(token), kind_(kind), expect_(expect) {
  result_ = incomplete_at(index, token);
}

bool ItemCursor::incomplete(std::uint32_t token) {
  result_ = incomplete_at(*index_, token);
  kind_ = Kind::Null;
  return false;
}

bool ItemCursor::malformed(std::uint32_t token, const char* problem) {
  result_ = {WalkStatus::Malformed, token, index_->tokens()[token], problem};
  kind_ = Kind::Null;
  return false;
}

bool ItemCursor::close(std::uint32_t bracket) {
  result_ = {WalkStatus::Complete, bracket + 1, index_->tokens()[bracket] + 1, ""};
  kind_ = Kind::Null;
  return false;
}

bool ItemCursor::next() {
  if (kind_ == Kind::Null) return false;
  if (on_item_) {
    if (behind_ == kUnknown) {
      const WalkResult skipped = skip(*index_, value_);
      if (skipped.status == WalkStatus::Malformed) {
        return malformed(skipped.next_token, skipped.problem);
      }
      if (skipped.status == WalkStatus::Incomplete) return incomplete(result_.next_token);
      behind_ = skipped.next_token;
    }
    at_ = behind_;
    expect_ = Expect::CommaOrEnd;
    on_item_ = false;
  }
  return to_item();
}

bool ItemCursor::to_item() {
  const TokenReader in(*index_);
  if (at_ >= in.count()) return incomplete(at_);
  const bool is_object = kind_ == Kind::Object;
  const char closing = is_object ? '}' : ']';
  if (expect_ != Expect::Item && in.byte(at_) == closing) return close(at_);
  if (expect_ == Expect::CommaOrEnd) {
    if (in.byte(at_) != ',') return malformed(at_, is_object ? kNoObjectEnd : kNoArrayEnd);
    expect_ = Expect::Item;
    if (++at_ >= in.count()) return incomplete(at_);
  }
  if (!is_object) return show(at_, at_);
  if (in.byte(at_) != '"') return malformed(at_, kNoName);
  if (at_ + 1 >= in.count()) return incomplete(at_);
  if (in.byte(at_ + 1) != ':') return malformed(at_ + 1, kNoColon);
  name_ = in.quoted(at_);
  return show(at_, at_ + 2);
}

bool ItemCursor::show(std::uint32_t item, std::uint32_t value) {
  const TokenReader in(*index_);
  if (value >= in.count()) return incomplete(item);
  const TokenClass is = in.token_class(value);
  if (is == TokenClass::Close || is == TokenClass::Separator) return malformed(value, kNoValue);
  if (is == TokenClass::Scalar && value + 1 >= in.count()) return incomplete(item);
  result_ = incomplete_at(*index_, item);
  value_ = value;
  behind_ = kUnknown;
  on_item_ = true;
  return true;
}

}  // namespace trailwarden::json
