#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hermes::net {

/// What the head of a frame of HTTP/2 says of it.
struct FrameHead {
  std::uint32_t length = 0;
  std::uint8_t type = 0;
  std::int32_t stream = 0;

  bool operator==(const FrameHead&) const = default;
};

/// Finds the heads of frames in what a client sends, piece by piece, and reads nothing else.
class FrameHeads {
 public:
  /// `preface`: bytes that come before the first frame.
  explicit FrameHeads(std::size_t preface) : skip_(preface) {}

  /// Reads the piece that comes next. `on_head(head, at)` is called for each head that is whole
  /// then: what stands before `at` in the piece belongs to the frames before that one. It returns
  /// whether to go on.
  template <typename F>
  void read(std::string_view piece, F on_head) {
    std::size_t at = 0;
    while (at < piece.size()) {
      if (skip_ > 0) {
        const auto count = std::min(skip_, piece.size() - at);
        skip_ -= count;
        at += count;
        continue;
      }
      const auto begin = at;
      while (size_ < head_.size() && at < piece.size()) {
        head_[size_++] = static_cast<std::uint8_t>(piece[at++]);
      }
      if (size_ < head_.size()) return;
      const auto head = whole();
      size_ = 0;
      skip_ = head.length;
      if (!on_head(head, begin)) return;
    }
  }

 private:
  FrameHead whole() const {
    const auto number = [this](std::size_t from, std::size_t count) {
      std::uint32_t value = 0;
      for (std::size_t i = from; i < from + count; ++i) value = value << 8 | head_[i];
      return value;
    };
    return {number(0, 3), head_[3], static_cast<std::int32_t>(number(5, 4) & 0x7fffffffU)};
  }

  std::size_t skip_;
  std::size_t size_ = 0;  // Of the head that is not whole yet.
  std::array<std::uint8_t, 9> head_ = {};
};

}  // namespace hermes::net
