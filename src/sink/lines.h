// Sinks that write a line a notice to a file or to the standard output.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sink/line_file.h"
#include "sink/route.h"
#include "sink/sink.h"

namespace trailwarden::sink {

// A notice and its key as one line. The line holds the key as JSON text, so that it can be found.
using LineOf = std::function<std::string(const Notice& notice, std::string_view key)>;

// An attempt that may have arrived is looked up in the file's last megabyte first.
class LinesSink final : public Sink {
 public:
  // `form`: "jsonl" or "ocsf", as its name begins. A digest is no finding: OCSF has no place for
  // it.
  LinesSink(std::string_view form, LineOf line_of, std::string path, std::vector<Route> routes);

  const std::string& name() const override { return name_; }
  bool wants(const Notice& notice) const override {
    return (takes_digests_ || !notice.page) && is_for(routes_, notice);
  }
  Outcome send(const Dispatch& dispatch, const std::stop_token& stop) override;

 private:
  const std::string name_;
  const bool takes_digests_;
  const LineOf line_of_;
  const std::vector<Route> routes_;
  LineFile file_;
};

}  // namespace trailwarden::sink
