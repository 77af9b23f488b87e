#include "sigma/remarks.h"

#include <algorithm>

namespace trailwarden::sigma {

void Remarks::move_to(std::vector<Remark>& list) && {
  std::ranges::stable_sort(remarks_, {}, &Placed::at);
  for (Placed& placed : remarks_) {
    list.push_back({placed.severity, where(placed.at), std::move(placed.message)});
  }
  remarks_.clear();
}

}  // namespace trailwarden::sigma
