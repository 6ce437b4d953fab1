#include "extensions/http_gateway/file_facts.h"

#include <cstring>
#include <span>
#include <string_view>
#include <utility>

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

std::string hash(std::span<const std::byte> bytes) {
  std::array<std::uint8_t, 16> digest{};
  const std::span data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (!primitives::blake3(data, std::nullopt, digest)) return {};
  return hex(digest);
}

std::uint64_t number(UtcTime time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace

std::size_t FileFactsCache::Hash::operator()(const Key& key) const {
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), sizeof(key));
  return std::hash<std::string_view>()(bytes);
}

// Beside what tells one file from another, which of its three kinds it is.
FileFactsCache::Key FileFactsCache::key_of(const vfs::Identity& identity) {
  return {1,
          identity.device,
          identity.number,
          identity.size,
          number(identity.modified),
          number(identity.changed)};
}

FileFactsCache::Key FileFactsCache::key_of(const vfs::File& file) {
  if (const auto identity = file.identity()) return key_of(*identity);
  if (const auto digest = file.digest()) {
    Key key{2};
    std::memcpy(&key[1], digest->data(), digest->size());
    return key;
  }
  return {3, number(file.modified()), file.size()};
}

// Whether another content would have another key.
bool FileFactsCache::is_settled(const vfs::File& file) const {
  if (file.digest()) return true;
  const auto identity = file.identity();
  return identity && clock_.now().utc - identity->changed > kSettled;
}

std::shared_ptr<const FileFacts> FileFactsCache::find(const Key& key) const {
  return facts_.with([&](const Facts& facts) -> std::shared_ptr<const FileFacts> {
    const auto found = facts.find(key);
    return found == facts.end() ? nullptr : found->second;
  });
}

std::shared_ptr<const FileFacts> FileFactsCache::of(const vfs::Identity& identity) const {
  return find(key_of(identity));
}

std::shared_ptr<const FileFacts> FileFactsCache::of(const vfs::File& file) {
  const auto key = key_of(file);
  if (auto known = find(key)) return known;
  auto facts = std::make_shared<const FileFacts>(read(file, key));
  if (!is_settled(file)) return facts;
  facts_.with([&](Facts& all) {
    if (all.size() >= kMost) all.clear();
    all.insert_or_assign(key, facts);
  });
  return facts;
}

FileFacts FileFactsCache::read(const vfs::File& file, const Key& key) {
  FileFacts facts;
  const bool is_small = file.size() <= kSmall;
  if (const auto digest = file.digest()) facts.tag = hex(std::span(*digest).first<16>());
  if (is_small || (facts.tag.empty() && file.size() <= kHashed)) {
    std::string content(file.size(), '\0');
    const auto bytes = std::as_writable_bytes(std::span(content));
    const auto got = file.read(0, bytes);
    if (got && *got == content.size()) {
      if (facts.tag.empty()) facts.tag = hash(bytes);
      if (is_small) facts.content = std::make_shared<const std::string>(std::move(content));
    }
  }
  if (facts.tag.empty()) facts.tag = hash(std::as_bytes(std::span(key)));
  return facts;
}

}  // namespace hermes::http_gateway
