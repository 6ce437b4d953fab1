#pragma once

// Files compressed by zstd, one frame each, as entries of packages hold them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_function.h"

namespace hermes::package {

/// Takes content piece by piece; fails when it cannot.
using Sink = UniqueFunction<Result<>(std::string_view)>;

/// Bytes of a frame that tell how large its content is.
inline constexpr std::size_t kFrameHead = 18;

/// How large the content is that a frame of `frame_size` bytes holds, by its first kFrameHead bytes
/// (or fewer, if it has no more). Fails for more than 250 times the frame.
Result<std::uint64_t> content_size(std::string_view head, std::uint64_t frame_size);

/// Undoes the compression of one frame.
class Decompressor {
 public:
  /// Fails rather than giving more than `size` bytes to `sink`, which outlives it.
  Decompressor(std::uint64_t size, Sink& sink);
  Decompressor(const Decompressor&) = delete;
  ~Decompressor();

  Result<> add(std::string_view piece);
  /// The frame must be whole, and its content have the size that was told.
  Result<> end();

 private:
  struct State;
  const std::unique_ptr<State> state_;
  Sink& sink_;
  std::uint64_t left_;
  bool ended_ = false;
};

/// Compresses one frame.
class Compressor {
 public:
  /// Of content of `size` bytes.
  Compressor(std::uint64_t size, Sink& sink);
  Compressor(const Compressor&) = delete;
  ~Compressor();

  Result<> add(std::string_view piece);
  Result<> end();

 private:
  Result<> run(std::string_view piece, bool last);

  struct State;
  const std::unique_ptr<State> state_;
  Sink& sink_;
};

/// Whether a frame is worth it: it saves a tenth, and is no bomb to a reader.
bool is_worth(std::uint64_t frame_size, std::uint64_t content_size);

}  // namespace hermes::package
