#pragma once

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "io/descriptor.h"
#include "vfs/tree.h"

namespace hermes::vfs {

Identity identity_of(const struct stat& status);

/// A file of the machine, which others can write to while it is open: it is read by the kernel.
class PlainFile : public File {
 public:
  PlainFile(io::Descriptor descriptor, const struct stat& status)
      : descriptor_(std::move(descriptor)), status_(status) {}

  std::uint64_t size() const override { return static_cast<std::uint64_t>(status_.st_size); }
  UtcTime modified() const override;
  int descriptor() const override { return descriptor_.get(); }
  std::optional<Identity> identity() const override { return identity_of(status_); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override;

 private:
  const io::Descriptor descriptor_;
  const struct stat status_;
};

/// One that nobody changes: it is mapped when it is first read, if it is not so small that this
/// costs more than it saves.
class FixedFile final : public PlainFile {
 public:
  FixedFile(io::Descriptor descriptor, const struct stat& status, std::optional<Digest> digest)
      : PlainFile(std::move(descriptor), status), digest_(digest) {}
  FixedFile(const FixedFile&) = delete;
  ~FixedFile() override;

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override;
  std::span<const std::byte> content() const override;
  std::optional<Digest> digest() const override { return digest_; }

 private:
  const std::optional<Digest> digest_;
  mutable std::once_flag once_;
  mutable std::span<const std::byte> mapped_;
};

}  // namespace hermes::vfs
