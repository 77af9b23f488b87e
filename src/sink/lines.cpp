#include "sink/lines.h"

#include <utility>

#include "json/writer.h"

namespace trailwarden::sink {

LinesSink::LinesSink(std::string_view form, LineOf line_of, std::string path,
                     std::vector<Route> routes)
    : name_(std::string(form) + ":" + path),
      takes_digests_(form != "ocsf"),
      line_of_(std::move(line_of)),
      routes_(std::move(routes)),
      file_(std::move(path)) {}

Outcome LinesSink::send(const Dispatch& dispatch, const std::stop_token& /*stop*/) {
  if (dispatch.in_doubt) {
    std::string key;
    json::append_string(key, dispatch.key);
    const auto found = file_.ends_with_text(key);
    if (!found) return InDoubt{to_string(found.error())};
    if (*found) return Sent{};
  }
  const auto done = file_.append(line_of_(dispatch.notice, dispatch.key));
  // Half of the line may stand there, or all of it and not on the disk.
  if (!done) return InDoubt{to_string(done.error())};
  return Sent{};
}

}  // namespace trailwarden::sink
