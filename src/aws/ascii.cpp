#include "aws/ascii.h"

#include <algorithm>

namespace trailwarden::aws {
namespace {

constexpr char kCaseDistance = 'a' - 'A';

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + kCaseDistance) : c;
  });
  return result;
}

std::string ascii_upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - kCaseDistance) : c;
  });
  return result;
}

}  // namespace trailwarden::aws
