#include "digest/page.h"

namespace trailwarden::digest {

std::string_view title_of(Part part) {
  switch (part) {
    case Part::Matters:
      return "What matters now";
    case Part::Actors:
      return "Notable actors";
    case Part::Changes:
      return "Changes since the last digest";
    case Part::Routine:
      return "What is routine";
    case Part::Todo:
      return "What to do";
  }
  return "";
}

std::string_view to_string(Dimension by) {
  switch (by) {
    case Dimension::All:
      return "";
    case Dimension::User:
      return "user";
    case Dimension::Service:
      return "service";
    case Dimension::Region:
      return "region";
    case Dimension::Account:
      return "account";
  }
  return "";
}

}  // namespace trailwarden::digest
