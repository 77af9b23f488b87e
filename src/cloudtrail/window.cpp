#include "cloudtrail/window.h"

#include <algorithm>
#include <cstring>

#include "json/structural_index.h"

namespace trailwarden::cloudtrail {

void Window::open(std::string_view padded) {
  stream_ = nullptr;
  text_ = padded;
  offset_ = 0;
  ends_ = true;
}

void Window::open(ByteStream& stream, std::uint64_t offset) {
  stream_ = &stream;
  text_ = {};
  offset_ = offset;
  ends_ = false;
}

void Window::fill(std::size_t bytes) {
  if (ends_ || text_.size() >= bytes) return;
  std::size_t held = text_.size();
  // Twice the room, so that dropping line after line does not move the rest each time.
  if (buffer_.size() < bytes + json::kPadding) {
    std::vector<char> larger(2 * bytes + json::kPadding);
    std::copy_n(text_.data(), held, larger.data());
    buffer_ = std::move(larger);
  } else if (held != 0) {
    std::memmove(buffer_.data(), text_.data(), held);
  }
  while (held < bytes && !ends_) {
    const std::size_t room = buffer_.size() - json::kPadding - held;
    const std::size_t got = stream_->read({buffer_.data() + held, room});
    ends_ = got == 0;
    held += got;
  }
  text_ = {buffer_.data(), held};
}

void Window::skip_line(std::size_t step) {
  while (true) {
    const std::size_t newline = text_.find('\n');
    if (newline != std::string_view::npos) return advance(newline + 1);
    advance(text_.size());
    if (ends_) return;
    fill(step);
  }
}

void Window::advance(std::size_t bytes) {
  text_.remove_prefix(bytes);
  offset_ += bytes;
}

}  // namespace trailwarden::cloudtrail
