#include "vfs/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

#include "base/strings.h"

namespace hermes::vfs {
namespace {

using io::Descriptor;

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;  // A fifo does not wait.
constexpr int kTries = 64;

int open_by_kernel(int root, const std::string& path) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (int tries = 1;; ++tries) {
    const auto opened = syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    // EAGAIN: something was renamed meanwhile, and the kernel cannot tell whether it is inside; or
    // somebody has a lease of the file.
    const bool is_passing = errno == EINTR || (errno == EAGAIN && tries < kTries);
    if (opened >= 0 || !is_passing) return static_cast<int>(opened);
  }
}

// Segment by segment, following no link at all: for kernels before 5.6, and for containers that
// refuse openat2.
int open_without_links(int root, std::string_view path) {
  Descriptor at(fcntl(root, F_DUPFD_CLOEXEC, 0));
  for (const auto segment : split(path, '/')) {
    at = Descriptor(openat(at.get(), std::string(segment).c_str(), kFlags | O_NOFOLLOW));
    if (!at) return -1;
  }
  return at.release();
}

}  // namespace

Error not_found(std::string_view path) {
  return {Code::NotFound, concat("there is no '", path, "'")};
}

bool is_inside(std::string_view path) {
  if (path.empty()) return true;
  if (path.find('\0') != path.npos) return false;
  const auto segments = split(path, '/');
  return std::ranges::none_of(
      segments, [](auto segment) { return segment.empty() || segment == "." || segment == ".."; });
}

Result<Descriptor> open_beneath(const Descriptor& root, std::string_view path) {
  if (!is_inside(path)) return not_found(path);
  const std::string name(path.empty() ? "." : path);
  int opened = open_by_kernel(root.get(), name);
  if (opened < 0 && (errno == ENOSYS || errno == EPERM)) {
    opened = open_without_links(root.get(), name);
  }
  if (opened >= 0) return Descriptor(opened);
  if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EAGAIN) {
    return Error(Code::Busy, concat("'", path, "': ", std::generic_category().message(errno)));
  }
  return not_found(path);
}

}  // namespace hermes::vfs
