// The names that a case or a digest is about: accounts, keys, addresses, people, things. They are
// hidden before a question leaves, put back into the answer, and taken out of an answer that is
// kept for other cases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "triage/case.h"

namespace trailwarden::analyst {

enum class NameKind : std::uint8_t { Account, Key, Address, Name };

// In order of first sight in the case, which is the same for cases of the same shape. One thread.
class Names {
 public:
  // Learns nothing beforehand. `key`: of this run; other keys give other pseudonyms. Names beyond
  // `entries_max` are hidden by their looks only.
  Names(std::uint64_t key, std::size_t entries_max) : key_(key), entries_max_(entries_max) {}
  // Collects from the fields of `found`.
  Names(const triage::Case& found, std::uint64_t key);

  // `text` with every name that is known, and everything that looks like an account, a key, an
  // address or an ARN's resource, replaced by its pseudonym: "account-1c9d00e2". What is new is
  // learned.
  std::string hide(std::string_view text);
  // A field that is a name as a whole: hidden whatever it looks like. Unlike hide() it takes no
  // longer where many names are known.
  std::string hide_name(std::string_view name);
  // Pseudonyms of this case back to what they stand for.
  std::string show(std::string_view text) const;

  // Names as numbers of their order, for an answer that is kept, and back with the names of another
  // case; nothing where that case has no such name.
  std::string to_template(std::string_view text) const;
  std::optional<std::string> from_template(std::string_view text) const;

  bool is_known(std::string_view word) const;

  struct Entry {
    NameKind kind;
    std::string original, pseudonym;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::size_t learn(NameKind kind, std::string_view original);
  void learn_name(std::string_view name);
  void learn_arn(std::string_view arn);
  void learn_identifiers(std::string_view text);
  template <class Write>
  std::string replace_originals(std::string_view text, const Write& write) const;

  std::uint64_t key_;
  std::size_t entries_max_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_original_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_pseudonym_;
};

}  // namespace trailwarden::analyst
