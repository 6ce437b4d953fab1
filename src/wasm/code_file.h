#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace hermes::wasm {

/// A descriptor of a file with machine code, which nobody changes; closed with the object.
class CodeFile {
 public:
  explicit CodeFile(int descriptor) : descriptor_(descriptor) {}
  CodeFile(CodeFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  CodeFile& operator=(CodeFile&&) = delete;
  ~CodeFile();

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// The whole file, as long as this lives; empty where it cannot be mapped.
class CodeMapping {
 public:
  explicit CodeMapping(const CodeFile& file);
  CodeMapping(const CodeMapping&) = delete;
  ~CodeMapping();

  std::string_view content() const;

 private:
  void* data_;
  std::size_t size_ = 0;
};

/// An empty file that is nowhere on disk.
Result<CodeFile> make_file_in_memory();

/// Writes all of it, or says so; errno tells why.
bool write_all(const CodeFile& file, std::string_view data);

/// From here on nobody can change what `make_file_in_memory` made.
Result<> seal(const CodeFile& file);

}  // namespace hermes::wasm
