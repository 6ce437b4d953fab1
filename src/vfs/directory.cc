#include "vfs/directory.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::vfs {
namespace {

using io::Descriptor;

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;  // A fifo does not wait.

Error not_found(std::string_view path) {
  return {Code::NotFound, concat("there is no '", path, "'")};
}

// What names a file inside, as far as the text alone says. "" is the root.
bool is_inside(std::string_view path) {
  if (path.empty()) return true;
  if (path.find('\0') != path.npos) return false;
  const auto segments = split(path, '/');
  return std::ranges::none_of(
      segments, [](auto segment) { return segment.empty() || segment == "." || segment == ".."; });
}

// The kernel sees to it that no link leads out.
int open_beneath(int root, const std::string& path) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (;;) {
    const auto opened = syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    // EAGAIN: something was renamed meanwhile, and the kernel cannot tell whether it is inside.
    if (opened >= 0 || (errno != EINTR && errno != EAGAIN)) return static_cast<int>(opened);
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

class OpenFile final : public File {
 public:
  OpenFile(Descriptor descriptor, const struct stat& status)
      : descriptor_(std::move(descriptor)), status_(status) {}

  std::uint64_t size() const override { return static_cast<std::uint64_t>(status_.st_size); }
  UtcTime modified() const override {
    return UtcTime(std::chrono::seconds(status_.st_mtim.tv_sec) +
                   std::chrono::nanoseconds(status_.st_mtim.tv_nsec));
  }
  int descriptor() const override { return descriptor_.get(); }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const auto left = size() - std::min(offset, size());
    into = into.first(std::min<std::uint64_t>(into.size(), left));
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = pread(descriptor_.get(), into.data() + done, into.size() - done,
                             static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Error(Code::Corrupt, std::generic_category().message(errno));
      if (got == 0) return Error(Code::Corrupt, "the file was cut while it was read");
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  const Descriptor descriptor_;
  const struct stat status_;
};

class Directory final : public Tree {
 public:
  explicit Directory(Descriptor root) : root_(std::move(root)) {}

  Result<Kind> kind(std::string_view path) const override { return TRY(find(path)).kind; }

  Result<std::unique_ptr<File>> open(std::string_view path) const override {
    auto found = TRY(find(path));
    if (found.kind != Kind::File) return not_found(path);
    std::unique_ptr<File> file =
        std::make_unique<OpenFile>(std::move(found.descriptor), found.status);
    return file;
  }

 private:
  struct Found {
    Descriptor descriptor;
    struct stat status = {};
    Kind kind = Kind::File;
  };

  Result<Found> find(std::string_view path) const {
    if (!is_inside(path)) return not_found(path);
    const std::string name(path.empty() ? "." : path);
    int opened = open_beneath(root_.get(), name);
    if (opened < 0 && (errno == ENOSYS || errno == EPERM)) {
      opened = open_without_links(root_.get(), name);
    }
    if (opened < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
      return Error(Code::Busy, concat("'", path, "': ", std::generic_category().message(errno)));
    }
    Found found{Descriptor(opened)};
    if (!found.descriptor || fstat(opened, &found.status) != 0) return not_found(path);
    if (S_ISDIR(found.status.st_mode)) {
      found.kind = Kind::Directory;
    } else if (!S_ISREG(found.status.st_mode)) {
      return not_found(path);
    }
    return found;
  }

  const Descriptor root_;
};

}  // namespace

Result<std::unique_ptr<Tree>> open_directory(const std::filesystem::path& path) {
  Descriptor root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) {
    return Error(Code::NotFound,
                 concat("'", path.string(), "': ", std::generic_category().message(errno)));
  }
  std::unique_ptr<Tree> tree = std::make_unique<Directory>(std::move(root));
  return tree;
}

}  // namespace hermes::vfs
