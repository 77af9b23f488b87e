// AWS as verify needs it: a trail's bucket in S3, and CloudTrail's public keys.
#pragma once

#include <memory>
#include <string>

#include "aws/s3.h"
#include "integrity/store.h"
#include "integrity/verify.h"
#include "source/object_store.h"

namespace trailwarden::cli {

// What lies below an s3:// URL.
class BucketStore final : public integrity::Store {
 public:
  BucketStore(std::shared_ptr<source::ObjectStore> s3, aws::S3Location location);

  std::string top() const override { return location_.prefix; }
  std::optional<std::string> bucket() const override { return location_.bucket; }
  Result<std::vector<std::string>> folders(const std::string& folder) override;
  Result<void> files(const std::string& folder,
                     const std::function<void(std::string key)>& on_file) override;
  Result<std::optional<integrity::StoredObject>> get(const std::string& key, integrity::Want want,
                                                     const std::stop_token& stop) override;

 private:
  // Every page of a list; `delimiter` "/" for one folder only.
  Result<void> list(const std::string& folder, const std::string& delimiter,
                    const std::function<void(aws::ListPage&)>& on_page);

  std::shared_ptr<source::ObjectStore> s3_;
  aws::S3Location location_;
};

// Asks CloudTrail's ListPublicKeys, in the region whose keys they are.
integrity::FetchKeys fetch_keys_from(const aws::Session& session);

}  // namespace trailwarden::cli
