// Collects what is wrong or odd in one rule file, each remark with its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sigma/rule.h"
#include "sigma/yaml.h"

namespace trailwarden::sigma {

// Borrows `origin`, which outlives it.
class Remarks {
 public:
  explicit Remarks(std::string_view origin) : origin_(origin) {}

  void error(Position at, std::string message) {
    ++errors_;
    remarks_.push_back({at, Remark::Severity::Error, std::move(message)});
  }
  void warn(Position at, std::string message) {
    remarks_.push_back({at, Remark::Severity::Warning, std::move(message)});
  }
  std::size_t errors() const { return errors_; }

  // "rules/iam.yml:14:7"
  std::string where(Position at) const {
    return std::string(origin_) + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }

  // Appends all remarks to `list`, in the order of their places.
  void move_to(std::vector<Remark>& list) &&;

 private:
  struct Placed {
    Position at;
    Remark::Severity severity;
    std::string message;
  };
  std::string_view origin_;
  std::vector<Placed> remarks_;
  std::size_t errors_ = 0;
};

}  // namespace trailwarden::sigma
