// A folder on disk that holds what a trail's bucket holds, as `aws s3 sync` makes it.
#pragma once

#include "integrity/store.h"

namespace trailwarden::integrity {

// Beside KEY.json.gz, the file in which a mirror keeps what S3 keeps as the object's metadata: the
// output of `aws s3api head-object`, or its "Metadata" alone.
inline constexpr std::string_view kSidecarEnding = ".metadata.json";

// Reads a sidecar's text. Error: it is no such JSON.
Result<Metadata> parse_sidecar(std::string_view json);

class Mirror final : public Store {
 public:
  // `folder` may be the bucket's mirror, a folder above it or one within it. Error: no folder.
  static Result<std::unique_ptr<Mirror>> open(const std::string& folder);

  std::string top() const override { return ""; }
  std::optional<std::string> bucket() const override { return std::nullopt; }
  Result<std::vector<std::string>> folders(const std::string& folder) override;
  Result<void> files(const std::string& folder,
                     const std::function<void(std::string key)>& on_file) override;
  // Keys come from digests, which may be forged: one that leads out of the folder is no object.
  Result<std::optional<StoredObject>> get(const std::string& key, Want want,
                                          const std::stop_token& stop) override;

 private:
  explicit Mirror(std::string root) : root_(std::move(root)) {}
  Result<Metadata> sidecar_of(const std::string& key) const;
  std::string root_;  // Ends with '/'.
};

}  // namespace trailwarden::integrity
