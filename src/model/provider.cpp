#include "model/provider.h"

namespace trailwarden::model {

Usage& Usage::operator+=(const Usage& other) {
  input += other.input;
  output += other.output;
  cache_read += other.cache_read;
  cache_write += other.cache_write;
  return *this;
}

}  // namespace trailwarden::model
