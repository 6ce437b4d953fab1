#include "wasm/code_cache.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>

#include "base/check.h"
#include "base/strings.h"
#include "primitives/blake3.h"

namespace hermes::wasm {
namespace {

constexpr std::size_t kChecksum = 32;

Error system_error(std::string_view doing, const std::filesystem::path& path) {
  return {Code::Denied, concat(doing, " ", path.native(), ": ", std::strerror(errno))};
}

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// BLAKE3, because it takes a third of the time of SHA-256, and a start hashes all code.
std::string hash(std::string_view data, std::optional<std::string_view> key = std::nullopt) {
  std::array<std::uint8_t, kChecksum> sum = {};
  std::optional<std::span<const std::uint8_t, kChecksum>> key_bytes;
  if (key) key_bytes.emplace(bytes(*key).first<kChecksum>());
  const auto hashed = primitives::blake3(bytes(data), key_bytes, sum);
  HERMES_CHECK(hashed.has_value(), "a hash of bytes in memory cannot fail");
  return {sum.begin(), sum.end()};
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

enum class IfThere : std::uint8_t { Replace, Keep };

// Writes the file under a name of its own, then gives it the name `path`.
Result<> write_file(const std::filesystem::path& path, std::string_view data,
                    std::string_view checksum, IfThere if_there) {
  auto temporary = path.native() + ".XXXXXX";
  const CodeFile file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.descriptor() < 0) return system_error("writing", path);
  const unsigned flags = if_there == IfThere::Keep ? RENAME_NOREPLACE : 0;
  if (write_all(file, data) && write_all(file, checksum) && ::fsync(file.descriptor()) == 0 &&
      ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), flags) == 0) {
    return {};
  }
  const bool kept = if_there == IfThere::Keep && errno == EEXIST;
  const auto error = system_error("writing", path);
  ::unlink(temporary.c_str());
  if (kept) return {};
  return error;
}

bool verified(const CodeFile& file, std::string_view key) {
  const CodeMapping mapping(file);
  const auto content = mapping.content();
  if (content.size() <= kChecksum) return false;
  const auto code = content.substr(0, content.size() - kChecksum);
  const auto sum = hash(code, key);
  return CRYPTO_memcmp(sum.data(), content.data() + code.size(), kChecksum) == 0;
}

Result<> make_private_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory.parent_path(), failed);
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return system_error("making", directory);
  }
  struct stat status = {};
  if (::lstat(directory.c_str(), &status) != 0) return system_error("reading", directory);
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() ||
      (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error(Code::Denied, concat(directory.native(),
                                      " must be a directory that only its owner can use: "
                                      "remove it, or run 'chmod 700' on it"));
  }
  return {};
}

// The secret of the directory, made by whoever comes first.
Result<std::string> read_or_make_key(const std::filesystem::path& path) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const CodeFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::string key(kChecksum, '\0');
    if (file.descriptor() >= 0 &&
        ::read(file.descriptor(), key.data(), key.size()) == static_cast<ssize_t>(key.size())) {
      return key;
    }
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) !=
        1) {
      return Error(Code::Denied, "the machine gives no random bytes");
    }
    TRY(write_file(path, key, {}, IfThere::Keep));
  }
  return Error(Code::Corrupt, concat(path.native(), " is no key: remove it"));
}

}  // namespace

Result<CodeCache> CodeCache::open(const std::filesystem::path& directory) {
  TRY(make_private_directory(directory).context("opening the cache of compiled code"));
  auto key = TRY(read_or_make_key(directory / "key").context("opening the cache of compiled code"));
  return CodeCache(directory, std::move(key));
}

std::filesystem::path CodeCache::path_of(std::string_view component,
                                         std::string_view engine) const {
  return directory_ / (hex(hash(hash(component).append(engine))) + ".code");
}

std::optional<CodeFile> CodeCache::find(const std::filesystem::path& path) const {
  CodeFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.descriptor() < 0 || !verified(file, key_)) return std::nullopt;
  return file;
}

Result<CodeFile> CodeCache::insert(const std::filesystem::path& path, std::string_view code) const {
  TRY(write_file(path, code, hash(code, key_), IfThere::Replace));
  auto file = find(path);
  if (!file) return Error(Code::Corrupt, "compiled code differs from what was written");
  return std::move(*file);
}

}  // namespace hermes::wasm
