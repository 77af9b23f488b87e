#include "injection/quiet_texts.h"

#include <random>

namespace trailwarden::injection {

QuietTexts::QuietTexts() : prints_(kTexts) {
  std::random_device device;
  seed_ = std::uint64_t{device()} << 32U | device();
}

}  // namespace trailwarden::injection
