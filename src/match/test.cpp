#include "match/test.h"

#include <algorithm>
#include <atomic>

#include "match/fold.h"
#include "match/number.h"
#include "match/time_part.h"

namespace trailwarden::match {
namespace {

// LikeField compares each value of one field with each of another. So that hostile arrays cannot
// make that quadratic, only so many values of the other field count.
constexpr int kLikeFieldValuesMax = 256;

bool needs_odd(std::string_view literal, Case letters) {
  return letters == Case::Ignore && !is_ascii(literal);
}

std::string folded(const std::string& literal, Case letters) {
  return letters == Case::Ignore ? ascii_lower(literal) : literal;
}

bool has_part(std::string_view text, std::string_view part, Anchor anchor) {
  switch (anchor) {
    case Anchor::Prefix:
      return text.starts_with(part);
    case Anchor::Suffix:
      return text.ends_with(part);
    case Anchor::Inside:
      return text.find(part) != text.npos;
  }
  return false;
}

// Collects the spellings of literals above ASCII into one expression.
class OddLiterals {
 public:
  void add(const std::string& expression) {
    alternatives_ += (alternatives_.empty() ? "" : "|") + expression;
  }
  // "(?s)" lets a glob's runs pass line ends.
  Result<std::optional<Regex>> compile(const char* before, const char* after) const {
    if (alternatives_.empty()) return std::optional<Regex>{};
    return std::optional<Regex>{
        TW_TRY(Regex::compile(std::string("(?s)") + before + "(?:" + alternatives_ + ")" + after))};
  }

 private:
  std::string alternatives_;
};

std::string glob_regex(const Glob& glob) {
  std::string result;
  for (const GlobPart& part : glob) {
    switch (part.what) {
      case GlobPart::What::Run:
        result += ".*";
        break;
      case GlobPart::What::One:
        result += '.';
        break;
      case GlobPart::What::Literal:
        result += caseless_regex(part.literal);
        break;
    }
  }
  return result;
}

Glob folded(Glob glob, Case letters) {
  for (GlobPart& part : glob) part.literal = folded(part.literal, letters);
  return glob;
}

bool is_ascii_glob(const Glob& glob) {
  return std::all_of(glob.begin(), glob.end(),
                     [](const GlobPart& part) { return is_ascii(part.literal); });
}

// How one value (an index) fares with each kind of test.
struct Judge {
  std::uint32_t index;
  Texts& texts;

  json::Projected& record() const { return texts.record(); }
  const json::Value& value() const { return record().value(index); }
  bool is_string() const { return value().kind == json::Kind::String; }
  std::string_view string() const { return texts.of(index, Domain::Strings, Case::Sensitive)[0]; }
  std::optional<double> number(bool also_text) const {
    if (value().kind == json::Kind::Number) return parse_number(value().raw);
    return also_text && is_string() ? parse_number(string()) : std::nullopt;
  }

  bool operator()(const TextTest& test) const { return test.passes(index, texts); }
  bool operator()(const Network& network) const {
    return is_string() && network.contains(string());
  }
  bool operator()(const NumberSet& test) const {
    const auto found = number(test.also_numeric_text);
    return found && std::find(test.values.begin(), test.values.end(), *found) != test.values.end();
  }
  bool operator()(const NumberIn& test) const {
    const auto found = number(test.also_numeric_text);
    if (!found) return false;
    return (*found > test.lower || (test.lower_inclusive && *found == test.lower)) &&
           (*found < test.upper || (test.upper_inclusive && *found == test.upper));
  }
  bool operator()(const IsLiteral& test) const {
    static constexpr json::Kind kKinds[] = {json::Kind::True, json::Kind::False, json::Kind::Null};
    return value().kind == kKinds[static_cast<std::size_t>(test.which)];
  }
  bool operator()(const IsPresent& test) const {
    switch (test.what) {
      case IsPresent::What::Leaf:
        return is_scalar(value().kind);
      case IsPresent::What::Anything:
        return true;
      case IsPresent::What::NotNull:
        return value().kind != json::Kind::Null;
    }
    return false;
  }
  bool operator()(const LikeField& test) const {
    const auto mine = texts.of(index, Domain::AnyText, test.letters);
    if (mine.empty() || !is_scalar(value().kind)) return false;
    const std::string_view text = mine[0];
    int seen = 0;
    for (auto i = record().first(test.other); i != json::Projected::kNone;
         i = record().value(i).next) {
      if (++seen > kLikeFieldValuesMax) return false;
      if (!is_scalar(record().value(i).kind)) continue;
      for (const std::string_view other : texts.of(i, Domain::AnyText, test.letters)) {
        if (is_like(text, other, test.how)) return true;
      }
    }
    return false;
  }
  bool operator()(const TimePart& test) const {
    return is_string() && part_of_time(string(), test.part) == test.equals;
  }

  static bool is_like(std::string_view text, std::string_view other, LikeField::How how) {
    switch (how) {
      case LikeField::How::Equal:
        return text == other;
      case LikeField::How::Prefix:
        return text.starts_with(other);
      case LikeField::How::Suffix:
        return text.ends_with(other);
      case LikeField::How::Inside:
        return text.find(other) != text.npos;
    }
    return false;
  }
};

}  // namespace

TextTest::TextTest(Domain domain, Case letters) : domain_(domain), letters_(letters) {
  static std::atomic<std::uint64_t> last_id{0};
  id_ = ++last_id;
}

Result<TextTest> TextTest::compile(const TextIs& test) {
  TextTest result(test.domain, test.letters);
  OddLiterals odd;
  NameSet names;
  for (const std::string& value : test.values) {
    if (needs_odd(value, test.letters)) {
      odd.add(caseless_regex(value));
    } else {
      names.insert(folded(value, test.letters));
    }
  }
  if (names.size() == 1) {
    result.plain_ = OneName{*names.begin()};
  } else {
    result.plain_ = std::move(names);
  }
  result.odd_ = TW_TRY(odd.compile("\\A", "\\z"));
  return result;
}

Result<TextTest> TextTest::compile(const TextHas& test) {
  TextTest result(test.domain, test.letters);
  OddLiterals odd;
  Parts plain{test.anchor, {}};
  for (const std::string& part : test.parts) {
    if (needs_odd(part, test.letters)) {
      odd.add(caseless_regex(part));
    } else {
      plain.parts.push_back(folded(part, test.letters));
    }
  }
  result.plain_ = std::move(plain);
  result.odd_ = TW_TRY(odd.compile(test.anchor == Anchor::Prefix ? "\\A" : "",
                                   test.anchor == Anchor::Suffix ? "\\z" : ""));
  return result;
}

Result<TextTest> TextTest::compile(const TextGlob& test) {
  TextTest result(test.domain, test.letters);
  OddLiterals odd;
  std::vector<CompiledGlob> globs;
  for (const Glob& glob : test.globs) {
    if (test.letters == Case::Ignore && !is_ascii_glob(glob)) {
      odd.add(glob_regex(glob));
    } else {
      globs.emplace_back(folded(glob, test.letters));
    }
  }
  result.plain_ = std::move(globs);
  result.odd_ = TW_TRY(odd.compile("\\A", "\\z"));
  return result;
}

Result<TextTest> TextTest::compile(const TextRegex& test) {
  // RE2 ignores case by itself, so the texts stay as they are.
  TextTest result(test.domain, Case::Sensitive);
  result.plain_ = TW_TRY(Regex::compile(regex_with_flags(test)));
  return result;
}

bool TextTest::covers(std::string_view text) const {
  switch (plain_.index()) {
    case 0:
      return text == std::get<OneName>(plain_).name;
    case 1:
      return std::get<NameSet>(plain_).contains(text);
    case 2: {
      const Parts& parts = std::get<Parts>(plain_);
      return std::any_of(parts.parts.begin(), parts.parts.end(), [&](const std::string& part) {
        return has_part(text, part, parts.anchor);
      });
    }
    case 3: {
      const auto& globs = std::get<std::vector<CompiledGlob>>(plain_);
      return std::any_of(globs.begin(), globs.end(),
                         [&](const CompiledGlob& glob) { return glob.matches(text); });
    }
    default:
      return std::get<Regex>(plain_).found_in(text);
  }
}

bool TextTest::passes(std::uint32_t value, Texts& texts) const {
  const json::Value& it = texts.record().value(value);
  const auto judge = [&] { return judge_texts(value, texts); };
  // With escapes: the same characters may be another text where somebody made it up.
  if (it.kind != json::Kind::String || it.has_escapes) return judge();
  return texts.verdicts().get(id_, it.raw, judge);
}

bool TextTest::judge_texts(std::uint32_t value, Texts& texts) const {
  for (const std::string_view text : texts.of(value, domain_, letters_)) {
    if (covers(text)) return true;
  }
  if (!odd_) return false;
  for (const std::string_view text : texts.of(value, domain_, Case::Sensitive)) {
    if (odd_->found_in(text)) return true;
  }
  return false;
}

std::string regex_with_flags(const TextRegex& test) {
  std::string flags;
  if (test.letters == Case::Ignore) flags += 'i';
  if (test.dot_matches_newline) flags += 's';
  if (test.multi_line) flags += 'm';
  return flags.empty() ? test.expression : "(?" + flags + ")" + test.expression;
}

Result<CompiledPredicate> CompiledPredicate::compile(const Predicate& predicate) {
  const auto compiled = [](const auto& test) -> Result<Compiled> {
    using T = std::decay_t<decltype(test)>;
    if constexpr (std::is_same_v<T, InNetwork>) {
      return Compiled{TW_TRY(Network::parse(test.cidr))};
    } else if constexpr (std::is_same_v<T, NumberIs>) {
      return Compiled{NumberSet{test.values, test.also_numeric_text}};
    } else if constexpr (std::is_constructible_v<Compiled, T>) {
      return Compiled{test};
    } else {
      return Compiled{TW_TRY(TextTest::compile(test))};
    }
  };
  return CompiledPredicate(predicate, TW_TRY(std::visit(compiled, predicate.test)));
}

bool CompiledPredicate::passes(std::uint32_t value, Texts& texts) const {
  const Judge judge{value, texts};
  if (!inverted_) return std::visit(judge, test_);
  return is_scalar(judge.value().kind) && !std::visit(judge, test_);
}

bool CompiledPredicate::holds(Texts& texts) const {
  const json::Projected& record = texts.record();
  for (auto i = record.first(field_); i != json::Projected::kNone; i = record.value(i).next) {
    if (passes(i, texts)) return true;
  }
  return false;
}

}  // namespace trailwarden::match
