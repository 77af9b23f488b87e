#include "cloudtrail/problem.h"

namespace trailwarden::cloudtrail {

const char* reason(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::Damaged:
      return "damaged";
    case ProblemKind::TooLarge:
      return "record too large";
    case ProblemKind::TooDeep:
      return "wrapped too deeply";
    case ProblemKind::Insight:
      return "insight";
    case ProblemKind::Aggregated:
      return "aggregated";
    case ProblemKind::NotARecord:
      return "not a CloudTrail record";
    case ProblemKind::Unreadable:
      return "unreadable";
    case ProblemKind::NotJson:
      return "not JSON";
    case ProblemKind::BadGzip:
      return "damaged gzip";
    case ProblemKind::GzipBomb:
      return "gzip bomb";
    case ProblemKind::CutOff:
      return "cut off";
    case ProblemKind::GaveUp:
      return "gave up";
    case ProblemKind::Digest:
      return "digest file";
    case ProblemKind::Announcement:
      return "announcement of a log file";
    case ProblemKind::Control:
      return "control message";
    case ProblemKind::LeftOut:
      return "folder left out: no events";
    case ProblemKind::NotALog:
      return "not a log";
  }
  return "";
}

std::string to_string(const Problem& problem) {
  return problem.path + ": byte " + std::to_string(problem.offset) + ": " + problem.cause;
}

}  // namespace trailwarden::cloudtrail
