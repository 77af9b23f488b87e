// What a feed asks of S3: aws::S3 in the product, a map of keys in tests.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "aws/s3.h"

namespace trailwarden::source {

// As the functions of aws::S3 with these names. Safe for any number of threads.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  virtual aws::Outcome<aws::ListPage> list(const aws::ListRequest& request,
                                           const std::stop_token& stop) = 0;
  virtual aws::Outcome<aws::Object> get(const std::string& bucket, const std::string& key,
                                        std::uint64_t max_bytes, const std::stop_token& stop) = 0;
  virtual aws::Outcome<aws::Object> get_range(const std::string& bucket, const std::string& key,
                                              std::uint64_t begin, std::uint64_t end,
                                              const std::stop_token& stop) = 0;
};

class S3Store final : public ObjectStore {
 public:
  explicit S3Store(aws::Session session) : s3_(std::move(session)) {}

  aws::Outcome<aws::ListPage> list(const aws::ListRequest& request,
                                   const std::stop_token& stop) override {
    return s3_.list(request, stop);
  }
  aws::Outcome<aws::Object> get(const std::string& bucket, const std::string& key,
                                std::uint64_t max_bytes, const std::stop_token& stop) override {
    return s3_.get(bucket, key, max_bytes, stop);
  }
  aws::Outcome<aws::Object> get_range(const std::string& bucket, const std::string& key,
                                      std::uint64_t begin, std::uint64_t end,
                                      const std::stop_token& stop) override {
    return s3_.get_range(bucket, key, begin, end, stop);
  }

 private:
  aws::S3 s3_;
};

}  // namespace trailwarden::source
