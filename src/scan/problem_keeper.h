// Counts problems by kind and keeps the first ones by path and offset, whoever met them when.
#pragma once

#include <set>

#include "scan/result.h"

namespace trailwarden::scan {

class ProblemKeeper {
 public:
  void add(const cloudtrail::Problem& problem);
  void merge(const ProblemKeeper& other);
  Problems finish() const;

 private:
  struct Earlier {
    bool operator()(const cloudtrail::Problem& left, const cloudtrail::Problem& right) const;
  };
  void keep(const cloudtrail::Problem& problem);

  std::map<cloudtrail::ProblemKind, std::uint64_t> counts_;
  std::multiset<cloudtrail::Problem, Earlier> first_;
};

}  // namespace trailwarden::scan
