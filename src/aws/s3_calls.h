// What the parts of the S3 class share: calls that find the bucket's region by themselves.
#pragma once

#include <boost/json/object.hpp>
#include <stop_token>

#include "aws/client.h"
#include "aws/s3.h"

namespace trailwarden::aws {

class S3Calls {
 public:
  virtual ~S3Calls() = default;
  virtual Outcome<boost::json::object> call(const Operation& operation,
                                            const boost::json::object& input,
                                            const std::stop_token& stop,
                                            const CallOptions& options) = 0;
};

// Content type, encryption and metadata, as PutObject and CreateMultipartUpload take them.
void add_put_options(const PutOptions& options, boost::json::object& input);

}  // namespace trailwarden::aws
