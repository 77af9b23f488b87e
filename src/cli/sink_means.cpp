#include "cli/sink_means.h"

#include "cli/aws_session.h"

namespace trailwarden::cli {

sink::Means sink_means(const Request& request) {
  sink::Means means;
  means.http = make_http_client();
  means.environment = variable;
  means.aws = [request] { return open_aws_session(request); };
  means.sleep = sleep_for;
  return means;
}

}  // namespace trailwarden::cli
