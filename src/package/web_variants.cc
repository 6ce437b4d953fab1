#include "package/web_variants.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/strings.h"
#include "package/compression.h"
#include "package/file_io.h"

namespace hermes::package {
namespace {

constexpr std::uint64_t kSmallest = 1 << 10;
constexpr std::uint64_t kLargest = 8 << 20;
constexpr int kZstdLevel = 15;  // Compressed once, sent often.

using Compress = std::string (*)(std::string_view content);

std::string zstd(std::string_view content) {
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  const auto size =
      ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), kZstdLevel);
  HERMES_CHECK(ZSTD_isError(size) == 0, "the frame has room");
  frame.resize(size);
  return frame;
}

std::string gzip(std::string_view content) {
  constexpr int kWindow = 15 + 16;  // The largest, with the head of gzip, which tells no time.
  constexpr int kMemory = 8;
  z_stream stream{};
  const auto begun =
      deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kWindow, kMemory, Z_DEFAULT_STRATEGY);
  HERMES_CHECK(begun == Z_OK, "there is memory for an encoder");
  std::string out(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const auto ended = deflate(&stream, Z_FINISH);
  HERMES_CHECK(ended == Z_STREAM_END, "the stream has room");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Form {
  std::string_view end;  // Of the file's name.
  Compress compress;     // Null: only authors make it.
};
constexpr std::array kForms = {Form{".zst", zstd}, Form{".gz", gzip}, Form{".br", nullptr}};

bool is_form(std::string_view name) {
  for (const auto& form : kForms) {
    if (name.ends_with(form.end)) return true;
  }
  return false;
}

// What a file holds; nullopt for one of another size than those that are compressed.
Result<std::optional<std::string>> content_of(const PackagedFile& file) {
  std::error_code failed;
  const auto size =
      file.source.empty() ? file.content.size() : std::filesystem::file_size(file.source, failed);
  if (failed) return system_error("reading", file.source);
  if (size < kSmallest || size > kLargest) return std::optional<std::string>();
  if (file.source.empty()) return std::optional(file.content);
  return std::optional(TRY(read_file(file.source, kLargest)));
}

}  // namespace

Result<> add_web_variants(PackagedFiles& files, const std::string& www) {
  PackagedFiles variants;
  const auto below = concat(www, "/");
  for (auto file = files.lower_bound(below); file != files.end() && file->first.starts_with(below);
       ++file) {
    if (is_form(file->first)) continue;
    const auto content = TRY(content_of(file->second));
    if (!content) continue;
    for (const auto& form : kForms) {
      auto name = concat(file->first, form.end);
      if (form.compress == nullptr || files.contains(name)) continue;
      auto compressed = form.compress(*content);
      if (!is_worth(compressed.size(), content->size())) continue;
      variants[std::move(name)] = {.content = std::move(compressed)};
    }
  }
  files.merge(variants);
  return {};
}

}  // namespace hermes::package
