#include "rulepack/image.h"

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace trailwarden::rulepack {
namespace {

// The members that an image holds, in order: said once for the writer and the reader.

template <class T, class U>
concept Some = std::same_as<std::remove_const_t<T>, U>;

void members(auto& io, Some<match::TextIs> auto& it) { io(it.values, it.letters, it.domain); }
void members(auto& io, Some<match::TextHas> auto& it) {
  io(it.parts, it.anchor, it.letters, it.domain);
}
void members(auto& io, Some<match::GlobPart> auto& it) { io(it.what, it.literal); }
void members(auto& io, Some<match::TextGlob> auto& it) { io(it.globs, it.letters, it.domain); }
void members(auto& io, Some<match::TextRegex> auto& it) {
  io(it.expression, it.letters, it.dot_matches_newline, it.multi_line, it.domain);
}
void members(auto& io, Some<match::InNetwork> auto& it) { io(it.cidr); }
void members(auto& io, Some<match::NumberIs> auto& it) { io(it.values, it.also_numeric_text); }
void members(auto& io, Some<match::NumberIn> auto& it) {
  io(it.lower, it.upper, it.lower_inclusive, it.upper_inclusive, it.also_numeric_text);
}
void members(auto& io, Some<match::IsLiteral> auto& it) { io(it.which); }
void members(auto& io, Some<match::IsPresent> auto& it) { io(it.what); }
void members(auto& io, Some<match::LikeField> auto& it) { io(it.how, it.other, it.letters); }
void members(auto& io, Some<match::TimePart> auto& it) { io(it.part, it.equals); }
void members(auto& io, Some<match::Predicate> auto& it) { io(it.field, it.test, it.inverted); }
void members(auto& io, Some<match::Node> auto& it) { io(it.kind, it.first, it.count); }
void members(auto& io, Some<match::KnownGate::Text> auto& it) { io(it.text, it.rules); }
void members(auto& io, Some<match::KnownGate> auto& it) {
  io(it.field, it.texts, it.rules_of_containers);
}
void members(auto& io, Some<match::KnownRules> auto& it) {
  io(it.paths, it.predicates, it.nodes, it.operands, it.rules, it.gates, it.always);
}
void members(auto& io, Some<sigma::Prose> auto& it) {
  io(it.description, it.status, it.references, it.false_positives);
}
// Its prose is behind them, as a text that is an image by itself.
void members(auto& io, Some<sigma::Rule> auto& it) {
  io(it.id, it.title, it.level, it.techniques, it.tactics, it.origin);
}
void members(auto& io, Some<Pack> auto& it) { io(it.rules, it.detections); }

template <class T>
concept Whole = std::is_enum_v<T> || std::is_integral_v<T>;

class Writer {
 public:
  template <class... Ts>
  void operator()(const Ts&... values) {
    (write(values), ...);
  }
  std::string bytes() && { return std::move(bytes_); }

 private:
  // Seven bits a byte, the lowest first; the eighth says that more follow.
  void write_number(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }
  void write(Whole auto value) { write_number(static_cast<std::uint64_t>(value)); }
  void write(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    bytes_.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  }
  void write(const std::string& text) {
    write_number(text.size());
    bytes_ += text;
  }
  template <class T>
  void write(const std::vector<T>& list) {
    write_number(list.size());
    for (const T& value : list) write(value);
  }
  void write(const match::Test& test) {
    write_number(test.index());
    std::visit([this](const auto& it) { write(it); }, test);
  }
  void write(const sigma::Rule& rule) {
    members(*this, rule);
    Writer prose;
    prose(rule.prose());
    write(std::move(prose).bytes());
  }
  template <class T>
  requires std::is_class_v<T>
  void write(const T& value) { members(*this, value); }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(const char* bytes) : next_(bytes) {}

  template <class... Ts>
  void operator()(Ts&... values) {
    (read(values), ...);
  }

 private:
  std::uint64_t read_number() {
    std::uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*next_++);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
  }
  template <Whole T>
  void read(T& value) {
    value = static_cast<T>(read_number());
  }
  void read(double& value) {
    std::memcpy(&value, next_, sizeof value);
    next_ += sizeof value;
  }
  void read(std::string& text) {
    const auto size = static_cast<std::size_t>(read_number());
    text.assign(next_, size);
    next_ += size;
  }
  template <class T>
  void read(std::vector<T>& list) {
    list.resize(static_cast<std::size_t>(read_number()));
    for (T& value : list) read(value);
  }
  void read(match::Test& test) {
    read_test(test, static_cast<std::size_t>(read_number()),
              std::make_index_sequence<std::variant_size_v<match::Test>>());
  }
  template <std::size_t... kKinds>
  void read_test(match::Test& test, std::size_t kind, std::index_sequence<kKinds...>) {
    ((kind == kKinds ? read(test.emplace<kKinds>()) : void()), ...);
  }
  void read(sigma::Rule& rule) {
    members(*this, rule);
    const auto size = static_cast<std::size_t>(read_number());
    rule.read_prose = [image = next_] {
      sigma::Prose prose;
      Reader reader(image);
      reader(prose);
      return prose;
    };
    next_ += size;
  }
  template <class T>
  requires std::is_class_v<T>
  void read(T& value) { members(*this, value); }

  const char* next_;
};

}  // namespace

std::string write_image(const Pack& pack) {
  Writer writer;
  writer(pack);
  return std::move(writer).bytes();
}

Pack read_image(std::string_view image) {
  Pack pack;
  Reader reader(image.data());
  reader(pack);
  return pack;
}

}  // namespace trailwarden::rulepack
