#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hermes::net {

/// The streams of a connection of HTTP/2 that were closed last. What a client sends on one of them
/// may have been under way when we closed it, or be an error.
class ClosedStreams {
 public:
  enum class By : std::uint8_t {
    Unknown,  // It was closed long ago, or never opened.
    Client,   // It had said that it sends nothing more.
    Us,
  };

  void add(std::int32_t id, By by) {
    closed_[count_ % closed_.size()] = {id, by};
    ++count_;
  }

  By find(std::int32_t id) const {
    for (const auto& one : closed_) {
      if (one.id == id && one.by != By::Unknown) return one.by;
    }
    return By::Unknown;
  }

  /// Whether no stream has been forgotten.
  bool knows_all() const { return count_ <= closed_.size(); }

 private:
  struct One {
    std::int32_t id = 0;
    By by = By::Unknown;
  };

  std::array<One, 64> closed_ = {};
  std::size_t count_ = 0;
};

}  // namespace hermes::net
