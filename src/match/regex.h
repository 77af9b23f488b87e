// One compiled regular expression: RE2 behind a small door, because its header is a heavy one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::match {

// Immutable; any number of threads may search at once. Time is linear in the text.
class Regex {
 public:
  // RE2 syntax; flags go in front as "(?i)". Error: what RE2 says is wrong with it.
  static Result<Regex> compile(const std::string& expression);

  // Whether some part of `text` matches.
  bool found_in(std::string_view text) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

// Many expressions searched in one pass.
class RegexSet {
 public:
  // Every expression has been compiled as a Regex before. Nothing: together they need more memory
  // than one set may have; search them one by one.
  static std::unique_ptr<RegexSet> compile(const std::vector<std::string>& expressions);
  ~RegexSet();

  // Sets `hits` to the expressions that match some part of `text`, in no order. False: the search
  // ran out of memory and says nothing.
  bool search(std::string_view text, std::vector<int>& hits) const;

 private:
  struct Program;
  explicit RegexSet(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program_;
};

}  // namespace trailwarden::match
