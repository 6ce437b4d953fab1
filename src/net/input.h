#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace hermes::net {

/// Bytes of a connection that have arrived and are not yet read. Small while nothing is going on.
class Input {
 public:
  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  /// The first `count` bytes are done with.
  void consume(std::size_t count) { begin_ += count; }

  /// Room for at least one byte, in a buffer of `capacity` bytes or of what is needed for more
  /// than that. What is in it may move.
  std::span<char> prepare(std::size_t capacity) {
    const auto used = end_ - begin_;
    while (capacity <= used) capacity *= 2;
    if (capacity != capacity_) {
      auto data = std::make_unique_for_overwrite<char[]>(capacity);
      if (used != 0) std::memcpy(data.get(), data_.get() + begin_, used);
      data_ = std::move(data);
      capacity_ = capacity;
    } else if (begin_ != 0 && used != 0) {
      std::memmove(data_.get(), data_.get() + begin_, used);
    }
    begin_ = 0;
    end_ = used;
    return {data_.get() + end_, capacity_ - end_};
  }

  /// `count` bytes were written to what `prepare` returned.
  void commit(std::size_t count) { end_ += count; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace hermes::net
