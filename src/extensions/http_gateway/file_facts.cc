#include "extensions/http_gateway/file_facts.h"

#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/strings.h"
#include "primitives/blake3.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMost = 4'096;
constexpr std::uint64_t kSmall = std::uint64_t{16} << 10;  // Its content is kept.
constexpr std::uint64_t kHashed = std::uint64_t{1} << 20;  // Half a millisecond.
constexpr auto kSettled = std::chrono::seconds(2);

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string hash(std::string_view bytes) {
  std::array<std::uint8_t, 16> digest{};
  const std::span data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (!primitives::blake3(data, std::nullopt, digest)) return {};
  return hex(digest);
}

UtcTime time_of(const timespec& time) {
  return UtcTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

std::int64_t number(UtcTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

FileFacts FileFactsCache::of(const vfs::File& file) {
  if (const auto digest = file.digest()) {
    return remembered(file, hex(std::span(*digest).first<16>()), true);
  }
  struct stat status;
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) {
    return read(file, concat("m", number(file.modified()), ".", file.size()));
  }
  const auto changed = time_of(status.st_ctim);
  const auto identity = concat("i", status.st_dev, ".", status.st_ino, ".", status.st_size, ".",
                               number(time_of(status.st_mtim)), ".", number(changed));
  // Two writes in one tick of the file system's clock look the same.
  const bool is_settled = clock_.now().utc - changed > kSettled;
  const bool is_whole = static_cast<std::uint64_t>(status.st_size) == file.size();
  return remembered(file, identity, is_settled && is_whole);
}

FileFacts FileFactsCache::remembered(const vfs::File& file, const std::string& identity,
                                     bool may_keep) {
  if (!may_keep) return read(file, identity);
  const auto known = facts_.with([&](const Facts& facts) -> std::optional<FileFacts> {
    const auto found = facts.find(identity);
    if (found == facts.end()) return std::nullopt;
    return found->second;
  });
  if (known) return *known;
  auto facts = read(file, identity);
  facts_.with([&](Facts& all) {
    if (all.size() >= kMost) all.clear();
    all.insert_or_assign(identity, facts);
  });
  return facts;
}

FileFacts FileFactsCache::read(const vfs::File& file, const std::string& identity) {
  FileFacts facts;
  const bool is_small = file.size() <= kSmall;
  if (file.digest()) facts.tag = identity;
  if (is_small || (facts.tag.empty() && file.size() <= kHashed)) {
    std::string content(file.size(), '\0');
    const auto got = file.read(0, std::as_writable_bytes(std::span(content)));
    if (got && *got == content.size()) {
      if (facts.tag.empty()) facts.tag = hash(content);
      if (is_small) facts.content = std::make_shared<const std::string>(std::move(content));
    }
  }
  if (facts.tag.empty()) facts.tag = hash(identity);
  return facts;
}

}  // namespace hermes::http_gateway
