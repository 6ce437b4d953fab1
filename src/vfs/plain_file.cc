#include "vfs/plain_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace hermes::vfs {
namespace {

constexpr std::uint64_t kLeastToMap = 64 << 10;

UtcTime time_of(const timespec& time) {
  return UtcTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

Identity identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          time_of(status.st_mtim), time_of(status.st_ctim)};
}

UtcTime PlainFile::modified() const {
  return time_of(status_.st_mtim);
}

Result<std::size_t> PlainFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  const auto left = size() - std::min(offset, size());
  into = into.first(std::min<std::uint64_t>(into.size(), left));
  std::size_t done = 0;
  while (done < into.size()) {
    const auto got = pread(descriptor(), into.data() + done, into.size() - done,
                           static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Code::Corrupt, std::generic_category().message(errno));
    if (got == 0) return Error(Code::Corrupt, "the file was cut while it was read");
    done += static_cast<std::size_t>(got);
  }
  return done;
}

FixedFile::~FixedFile() {
  if (!mapped_.empty()) munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());
}

std::span<const std::byte> FixedFile::content() const {
  std::call_once(once_, [&] {
    if (size() < kLeastToMap) return;
    auto* const data = mmap(nullptr, size(), PROT_READ, MAP_SHARED, descriptor(), 0);
    if (data != MAP_FAILED) mapped_ = {static_cast<const std::byte*>(data), size()};
  });
  return mapped_;
}

Result<std::size_t> FixedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  const auto all = content();
  if (all.empty()) return PlainFile::read(offset, into);
  const auto part = all.subspan(std::min<std::uint64_t>(offset, all.size()));
  const auto size = std::min(into.size(), part.size());
  if (size != 0) std::memcpy(into.data(), part.data(), size);
  return size;
}

}  // namespace hermes::vfs
