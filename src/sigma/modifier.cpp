#include "sigma/modifier.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "sigma/encoding.h"
#include "sigma/text.h"

namespace trailwarden::sigma {
namespace {

using match::Glob;
using match::GlobPart;
using How = match::LikeField::How;

Modified refuse(std::string error) { return {{}, std::move(error)}; }
Modified one(Value value) { return {{std::move(value)}, {}}; }

// --- contains, startswith, endswith, cased -------------------------------------------------------

How widen(How how, How by) { return how == How::Equal || how == by ? by : How::Inside; }

// `Front` and `Back`: where more text may stand. A regular expression is searched unanchored, so
// that nothing changes for it.
template <bool Front, bool Back>
Modified open(const Value& value) {
  if (const auto* text = std::get_if<TextValue>(&value)) {
    TextValue opened = *text;
    if (Front) open_front(opened.glob);
    if (Back) open_back(opened.glob);
    return one(std::move(opened));
  }
  if (const auto* field = std::get_if<FieldValue>(&value)) {
    FieldValue opened = *field;
    const How by = Front && Back ? How::Inside : Front ? How::Suffix : How::Prefix;
    opened.how = widen(opened.how, by);
    return one(std::move(opened));
  }
  return std::holds_alternative<RegexValue>(value) ? one(value) : Modified{};
}

Modified cased(const Value& value) {
  if (const auto* text = std::get_if<TextValue>(&value)) {
    TextValue strict = *text;
    strict.cased = true;
    return one(std::move(strict));
  }
  if (const auto* field = std::get_if<FieldValue>(&value)) {
    FieldValue strict = *field;
    strict.letters = match::Case::Sensitive;
    return one(std::move(strict));
  }
  return {};
}

// --- re and its flags ----------------------------------------------------------------------------

Modified regex(const Value& value) {
  match::TextRegex regex;
  if (const auto* text = std::get_if<TextValue>(&value)) {
    regex.expression = text->written;
  } else if (const auto* number = std::get_if<NumberValue>(&value)) {
    regex.expression = number->written;
  } else if (const auto* boolean = std::get_if<BooleanValue>(&value)) {
    regex.expression = boolean->truth ? "true" : "false";
  } else {
    return {};
  }
  return one(RegexValue{std::move(regex)});
}

template <class Set>
Modified with_regex(const Value& value, Set set) {
  const auto* given = std::get_if<RegexValue>(&value);
  if (given == nullptr) return {};
  RegexValue flagged = *given;
  set(flagged.regex);
  return one(std::move(flagged));
}

Modified ignore_case(const Value& value) {
  return with_regex(value, [](match::TextRegex& regex) { regex.letters = match::Case::Ignore; });
}
Modified multi_line(const Value& value) {
  return with_regex(value, [](match::TextRegex& regex) { regex.multi_line = true; });
}
Modified dot_all(const Value& value) {
  return with_regex(value, [](match::TextRegex& regex) { regex.dot_matches_newline = true; });
}

// --- cidr ----------------------------------------------------------------------------------------

// An address in network byte order; `size` is 4 or 16 bytes.
struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
  }
  if (address.size == 0 || text.find('\0') != std::string::npos) return std::nullopt;
  return address;
}

std::optional<std::size_t> parse_count(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

bool has_host_bits(const Address& address, std::size_t prefix) {
  for (std::size_t bit = prefix; bit < address.size * 8; ++bit) {
    if (address.bytes[bit / 8] >> (7 - bit % 8) & 1) return true;
  }
  return false;
}

Modified network(const Value& value) {
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  const std::string& written = text->written;
  const std::size_t slash = written.find('/');
  const std::optional<Address> address = parse_address(written.substr(0, slash));
  if (!address)
    return refuse("'" + written + "' is no network such as 10.0.0.0/8 or 2001:db8::/32");
  const std::size_t bits = address->size * 8;
  if (slash == std::string::npos) return one(NetworkValue{written + "/" + std::to_string(bits)});
  const std::optional<std::size_t> prefix =
      parse_count(std::string_view(written).substr(slash + 1));
  if (!prefix || *prefix > bits) {
    return refuse("the prefix length of '" + written + "' is not 0 to " + std::to_string(bits));
  }
  if (has_host_bits(*address, *prefix)) {
    return refuse("'" + written + "' has bits set behind its prefix: write the network's address");
  }
  return one(NetworkValue{written});
}

// --- exists, fieldref, expand --------------------------------------------------------------------

Modified presence(const Value& value) {
  const auto* expected = std::get_if<BooleanValue>(&value);
  return expected == nullptr ? Modified{} : one(PresenceValue{expected->truth});
}

Modified other_field(const Value& value) {
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  if (has_wildcard(text->glob)) {
    return refuse(
        "a field's name has no wildcards: write 'fieldref|contains', not 'contains|fieldref'");
  }
  const std::string name = literal_of(text->glob);
  if (name.empty()) return refuse("a field's name is missing");
  FieldValue field;
  field.path = name;
  field.letters = text->cased ? match::Case::Sensitive : match::Case::Ignore;
  return one(std::move(field));
}

// The first %name% of `text`, or an empty string. Resolves \% to % on the way.
std::string resolve_placeholders(std::string& text) {
  std::string resolved;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') {
      resolved.push_back(text[++i]);
      continue;
    }
    const std::size_t end = text[i] == '%' ? text.find('%', i + 1) : std::string::npos;
    if (end != std::string::npos && end > i + 1) {
      std::string name = text.substr(i, end - i + 1);
      if (name.find('\\') == std::string::npos) return name;
    }
    resolved.push_back(text[i]);
  }
  text = std::move(resolved);
  return {};
}

Modified refuse_placeholder(const std::string& name) {
  return refuse("the placeholder '" + name +
                "' has no value, since none can be configured: list the values in the rule");
}

Modified expand(const Value& value) {
  if (const auto* regex_value = std::get_if<RegexValue>(&value)) {
    RegexValue expanded = *regex_value;
    const std::string name = resolve_placeholders(expanded.regex.expression);
    return name.empty() ? one(std::move(expanded)) : refuse_placeholder(name);
  }
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  TextValue expanded = *text;
  for (GlobPart& part : expanded.glob) {
    const std::string name = resolve_placeholders(part.literal);
    if (!name.empty()) return refuse_placeholder(name);
  }
  return one(std::move(expanded));
}

// --- base64, base64offset, wide, utf16… ----------------------------------------------------------

Modified text_without_wildcards(const Value& value, std::string& literal) {
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  if (has_wildcard(text->glob)) {
    return refuse("a text with wildcards cannot be encoded: put 'contains' behind, escape * and ?");
  }
  literal = literal_of(text->glob);
  return one(value);
}

TextValue encoded(const Value& original, std::string bytes) {
  TextValue text;
  text.written = bytes;
  text.glob = literal_glob(std::move(bytes));
  text.cased = std::get<TextValue>(original).cased;
  return text;
}

Modified to_base64(const Value& value) {
  std::string literal;
  Modified checked = text_without_wildcards(value, literal);
  if (checked.values.empty()) return checked;
  return one(encoded(value, base64(literal)));
}

Modified to_base64_offsets(const Value& value) {
  std::string literal;
  Modified checked = text_without_wildcards(value, literal);
  if (checked.values.empty()) return checked;
  Modified all;
  for (std::string& form : base64_at_offsets(literal)) {
    if (form.empty()) return refuse("'" + literal + "' is too short to be found inside Base64");
    all.values.emplace_back(encoded(value, std::move(form)));
  }
  return all;
}

template <Utf16 Form>
Modified widen_text(const Value& value) {
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  TextValue wide = *text;
  constexpr bool kMark = Form == Utf16::LittleEndianWithMark;
  for (GlobPart& part : wide.glob) {
    std::optional<std::string> units = to_utf16(part.literal, kMark ? Utf16::LittleEndian : Form);
    if (!units) return refuse("this is not UTF-8 text");
    part.literal = *std::move(units);
  }
  if (kMark) wide.glob.insert(wide.glob.begin(), {GlobPart::What::Literal, *to_utf16("", Form)});
  return one(std::move(wide));
}

// --- windash -------------------------------------------------------------------------------------

constexpr std::size_t kDashesMax = 3;  // Five forms each: 125 texts. The reference's limit too.
constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "\u2013", "\u2014", "\u2015"};

// Letters, digits, underscore; a byte beyond ASCII is taken for part of a letter.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// A dash that begins a word: none right before it, one right behind.
std::optional<std::size_t> next_dash(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    const bool dash = text[i] == '-' || text[i] == '/';
    if (dash && is_word(text[i + 1]) && (i == 0 || !is_word(text[i - 1]))) return i;
  }
  return std::nullopt;
}

struct Dash {
  std::size_t part;
  std::size_t offset;
};

std::vector<Dash> find_dashes(const Glob& glob) {
  std::vector<Dash> dashes;
  for (std::size_t part = 0; part < glob.size(); ++part) {
    std::size_t from = 0;
    while (const auto offset = next_dash(glob[part].literal, from)) {
      dashes.push_back({part, *offset});
      from = *offset + 1;
    }
  }
  return dashes;
}

Modified windows_dashes(const Value& value) {
  const auto* text = std::get_if<TextValue>(&value);
  if (text == nullptr) return {};
  std::vector<Dash> dashes = find_dashes(text->glob);
  if (dashes.size() > kDashesMax) {
    return refuse("more than three dashes in one value: split it into several");
  }
  std::reverse(dashes.begin(), dashes.end());  // From behind, so that offsets stay right.
  std::vector<TextValue> forms = {*text};
  for (const Dash& dash : dashes) {
    std::vector<TextValue> more;
    for (const TextValue& form : forms) {
      for (const std::string_view with : kDashes) {
        more.push_back(form);
        more.back().glob[dash.part].literal.replace(dash.offset, 1, with);
      }
    }
    forms = std::move(more);
  }
  Modified all;
  for (TextValue& form : forms) all.values.emplace_back(std::move(form));
  return all;
}

// --- minute … year -------------------------------------------------------------------------------

using Part = match::TimePart::Part;

struct PartRange {
  int first;
  int last;
};

constexpr PartRange range_of(Part part) {
  switch (part) {
    case Part::Minute:
      return {0, 59};
    case Part::Hour:
      return {0, 23};
    case Part::Day:
      return {1, 31};
    case Part::Week:
      return {1, 53};
    case Part::Month:
      return {1, 12};
    case Part::Year:  // CloudTrail began in 2013.
      return {2000, 2100};
  }
  return {0, 0};
}

template <Part Which>
Modified time_part(const Value& value) {
  const auto* number = std::get_if<NumberValue>(&value);
  if (number == nullptr) return {};
  constexpr PartRange kRange = range_of(Which);
  const double given = number->number;
  if (given != std::floor(given) || given < kRange.first || given > kRange.last) {
    return refuse(number->written + " is no whole number from " + std::to_string(kRange.first) +
                  " to " + std::to_string(kRange.last));
  }
  return one(TimePartValue{{Which, static_cast<int>(given)}});
}

// --- lt, lte, gt, gte ----------------------------------------------------------------------------

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <bool Upper, bool Inclusive>
match::NumberIn range_at(double bound) {
  match::NumberIn range;
  range.lower = Upper ? -kInfinity : bound;
  range.upper = Upper ? bound : kInfinity;
  range.lower_inclusive = Upper || Inclusive;
  range.upper_inclusive = !Upper || Inclusive;
  range.also_numeric_text = true;
  return range;
}

// "hour|gte: 20": the hours that are meant, one by one.
template <bool Upper, bool Inclusive>
Modified compare_part(const match::TimePart& part) {
  const PartRange range = range_of(part.part);
  const int step = Inclusive ? 0 : 1;
  const int first = Upper ? range.first : std::max(range.first, part.equals + step);
  const int last = Upper ? std::min(range.last, part.equals - step) : range.last;
  Modified all;
  for (int value = first; value <= last; ++value) {
    all.values.emplace_back(TimePartValue{{part.part, value}});
  }
  if (all.values.empty()) return refuse("no time has such a part");
  return all;
}

template <bool Upper, bool Inclusive>
Modified compare(const Value& value) {
  if (const auto* part = std::get_if<TimePartValue>(&value)) {
    return compare_part<Upper, Inclusive>(part->part);
  }
  const auto* number = std::get_if<NumberValue>(&value);
  if (number == nullptr) return {};
  return one(ComparisonValue{range_at<Upper, Inclusive>(number->number)});
}

// --- the table -----------------------------------------------------------------------------------

constexpr auto kOnValues = Modifier::Effect::OnValues;
constexpr auto kAnywhere = Modifier::Stand::Anywhere;
constexpr auto kFirst = Modifier::Stand::First;
constexpr std::string_view kText = "text";
constexpr std::string_view kNumber = "a number (not in quotes)";
constexpr std::string_view kRegex = "a regular expression: it follows 're'";
constexpr std::string_view kTextual = "text, a regular expression or a field's name";

constexpr Modifier kModifiers[] = {
    {"all", Modifier::Effect::MatchAll, kAnywhere, "anything", nullptr},
    {"base64", kOnValues, kAnywhere, kText, to_base64},
    {"base64offset", kOnValues, kAnywhere, kText, to_base64_offsets},
    {"cased", kOnValues, kAnywhere, "text or a field's name", cased},
    {"cidr", kOnValues, kFirst, kText, network},
    {"contains", kOnValues, kAnywhere, kTextual, open<true, true>},
    {"day", kOnValues, kAnywhere, kNumber, time_part<Part::Day>},
    {"dotall", kOnValues, kAnywhere, kRegex, dot_all},
    {"endswith", kOnValues, kAnywhere, kTextual, open<true, false>},
    {"exists", kOnValues, Modifier::Stand::Alone, "true or false", presence},
    {"expand", kOnValues, kAnywhere, "text or a regular expression", expand},
    {"fieldref", kOnValues, kAnywhere, kText, other_field},
    {"gt", kOnValues, kAnywhere, kNumber, compare<false, false>},
    {"gte", kOnValues, kAnywhere, kNumber, compare<false, true>},
    {"hour", kOnValues, kAnywhere, kNumber, time_part<Part::Hour>},
    {"i", kOnValues, kAnywhere, kRegex, ignore_case},
    {"ignorecase", kOnValues, kAnywhere, kRegex, ignore_case},
    {"lt", kOnValues, kAnywhere, kNumber, compare<true, false>},
    {"lte", kOnValues, kAnywhere, kNumber, compare<true, true>},
    {"m", kOnValues, kAnywhere, kRegex, multi_line},
    {"minute", kOnValues, kAnywhere, kNumber, time_part<Part::Minute>},
    {"month", kOnValues, kAnywhere, kNumber, time_part<Part::Month>},
    {"multiline", kOnValues, kAnywhere, kRegex, multi_line},
    {"neq", Modifier::Effect::Negate, kAnywhere, "anything", nullptr},
    {"re", kOnValues, kFirst, kText, regex},
    {"s", kOnValues, kAnywhere, kRegex, dot_all},
    {"startswith", kOnValues, kAnywhere, kTextual, open<false, true>},
    {"utf16", kOnValues, kAnywhere, kText, widen_text<Utf16::LittleEndianWithMark>},
    {"utf16be", kOnValues, kAnywhere, kText, widen_text<Utf16::BigEndian>},
    {"utf16le", kOnValues, kAnywhere, kText, widen_text<Utf16::LittleEndian>},
    {"week", kOnValues, kAnywhere, kNumber, time_part<Part::Week>},
    {"wide", kOnValues, kAnywhere, kText, widen_text<Utf16::LittleEndian>},
    {"windash", kOnValues, kAnywhere, kText, windows_dashes},
    {"year", kOnValues, kAnywhere, kNumber, time_part<Part::Year>},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kModifiers)> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kModifiers[i].name;
  return names;
}();

}  // namespace

const Modifier* find_modifier(std::string_view name) {
  for (const Modifier& modifier : kModifiers) {
    if (modifier.name == name) return &modifier;
  }
  return nullptr;
}

std::span<const std::string_view> modifier_names() { return kNames; }

}  // namespace trailwarden::sigma
