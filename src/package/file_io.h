#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::package {

/// What errno says about the path, with `doing` in front.
Error system_error(std::string_view doing, const std::filesystem::path& path);

/// A plain file, open for reading.
struct OpenedFile {
  io::Descriptor descriptor;
  std::uint64_t size;
};
Result<OpenedFile> open_file(const std::filesystem::path& path);

/// A file of `limit` bytes at most.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Fills `into` from `offset`, or fails.
Result<> read_at(int file, std::uint64_t offset, std::span<char> into);

Result<> write_all(int file, std::string_view data);

/// Writes the file whole: under a name of its own first, which it leaves when all is on disk.
Result<> replace_file(const std::filesystem::path& path, std::string_view data, unsigned mode);

/// The same where there is none yet: else it fails.
Result<> create_file(const std::filesystem::path& path, std::string_view data, unsigned mode);

/// With those above it, if they are not there.
Result<> make_directory(const std::filesystem::path& path);

}  // namespace hermes::package
