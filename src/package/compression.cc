#include "package/compression.h"

#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "base/check.h"
#include "base/strings.h"

namespace hermes::package {
namespace {

constexpr std::uint64_t kRatio = 250;
constexpr std::uint64_t kFile = 0xffff'fffe;
constexpr int kLevel = 3;
constexpr int kWindow = 23;  // 2^23 bytes.

Error wrong(std::string_view what) {
  return {Code::Corrupt, concat("a compressed file is damaged: ", what)};
}

}  // namespace

Result<std::uint64_t> content_size(std::string_view head, std::uint64_t frame_size) {
  if (!head.starts_with("\x28\xb5\x2f\xfd")) return wrong("it does not begin as a frame of zstd");
  const auto size = ZSTD_getFrameContentSize(head.data(), head.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) {
    return wrong("it does not tell its size");
  }
  if (size > kFile) return Error(Code::LimitReached, "a file is larger than 4 GiB");
  if (size / kRatio > frame_size) {
    return Error(Code::LimitReached,
                 concat("a file is compressed to less than 1/", kRatio, " of its size"));
  }
  return size;
}

struct Decompressor::State {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  std::string buffer = std::string(ZSTD_DStreamOutSize(), '\0');
};

Decompressor::Decompressor(std::uint64_t size, Sink& sink)
    : state_(std::make_unique<State>()), sink_(sink), left_(size) {
  HERMES_CHECK(state_->context, "there is memory for a decoder");
  ZSTD_DCtx_setParameter(state_->context, ZSTD_d_windowLogMax, kWindow);
}

Decompressor::~Decompressor() {
  ZSTD_freeDCtx(state_->context);
}

Result<> Decompressor::add(std::string_view piece) {
  ZSTD_inBuffer in{piece.data(), piece.size(), 0};
  auto& buffer = state_->buffer;
  bool full = false;
  while (!ended_ && (in.pos < in.size || full)) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    const auto result = ZSTD_decompressStream(state_->context, &out, &in);
    if (ZSTD_isError(result) != 0) return wrong(ZSTD_getErrorName(result));
    if (out.pos > left_) return wrong("it is larger than it tells");
    left_ -= out.pos;
    TRY(sink_(std::string_view(buffer.data(), out.pos)));
    ended_ = result == 0;
    full = out.pos == out.size;
  }
  if (in.pos < in.size) return wrong("something follows the frame");
  return {};
}

Result<> Decompressor::end() {
  if (!ended_) return wrong("it ends early");
  if (left_ != 0) return wrong("it is smaller than it tells");
  return {};
}

struct Compressor::State {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::string buffer = std::string(ZSTD_CStreamOutSize(), '\0');
};

Compressor::Compressor(std::uint64_t size, Sink& sink)
    : state_(std::make_unique<State>()), sink_(sink) {
  HERMES_CHECK(state_->context, "there is memory for an encoder");
  ZSTD_CCtx_setParameter(state_->context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setPledgedSrcSize(state_->context, size);
}

Compressor::~Compressor() {
  ZSTD_freeCCtx(state_->context);
}

Result<> Compressor::add(std::string_view piece) {
  return run(piece, false);
}

Result<> Compressor::end() {
  return run({}, true);
}

Result<> Compressor::run(std::string_view piece, bool last) {
  ZSTD_inBuffer in{piece.data(), piece.size(), 0};
  auto& buffer = state_->buffer;
  for (std::size_t left = 1; last ? left != 0 : in.pos < in.size;) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    left = ZSTD_compressStream2(state_->context, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) {
      return Error(Code::Corrupt, concat("compressing a file: ", ZSTD_getErrorName(left)));
    }
    TRY(sink_(std::string_view(buffer.data(), out.pos)));
  }
  return {};
}

bool is_worth(std::uint64_t frame_size, std::uint64_t content_size) {
  return frame_size < content_size - content_size / 10 && content_size / kRatio <= frame_size;
}

}  // namespace hermes::package
