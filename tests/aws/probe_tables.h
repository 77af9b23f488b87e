// The operation tables as JSON, for comparison with botocore's models.
#pragma once

#include <boost/json/value.hpp>

namespace trailwarden::aws {

boost::json::value tables_as_json();

}  // namespace trailwarden::aws
