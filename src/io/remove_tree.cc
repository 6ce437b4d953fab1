#include "io/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::io {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error failed(std::string_view what) {
  return {Code::Denied, concat("removing '", what, "': ", std::strerror(errno))};
}

// What a directory holds, the name of one after the other.
class Entries {
 public:
  explicit Entries(int directory) {
    const int own = ::openat(directory, ".", kDirectory);
    if (own >= 0) stream_.reset(::fdopendir(own));
  }

  explicit operator bool() const { return stream_ != nullptr; }

  std::optional<std::string> next() {
    // One thread reads this stream. NOLINTNEXTLINE(concurrency-mt-unsafe)
    while (const auto* entry = ::readdir(stream_.get())) {
      const std::string_view name(&entry->d_name[0]);
      if (name != "." && name != "..") return std::string(name);
    }
    return std::nullopt;
  }

 private:
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  std::unique_ptr<DIR, Close> stream_;
};

// Directories in it are moved up to the root, so that no path is longer than two names.
class Removal {
 public:
  explicit Removal(int root) : root_(root) {}

  std::uint64_t bytes() const { return bytes_; }

  Result<> run() {
    for (bool found = true; found;) {
      found = false;
      Entries entries(root_);
      if (!entries) return failed(".");
      while (const auto name = entries.next()) {
        found = true;
        TRY(remove(*name));
      }
    }
    return {};
  }

 private:
  Result<> remove(const std::string& name) {
    if (TRY(is_file_gone(root_, name))) return {};
    const Descriptor directory(::openat(root_, name.c_str(), kDirectory));
    // Its owner may have closed it to himself.
    if (!directory && errno == EACCES && ::fchmodat(root_, name.c_str(), S_IRWXU, 0) == 0)
      return {};
    if (!directory) return failed(name);
    std::ignore = ::fchmod(directory.get(), S_IRWXU);
    Entries entries(directory.get());
    if (!entries) return failed(name);
    while (const auto inner = entries.next()) {
      if (TRY(is_file_gone(directory.get(), *inner))) continue;
      TRY(move_up(directory.get(), *inner));
    }
    if (::unlinkat(root_, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOTEMPTY) {
      return failed(name);
    }
    return {};
  }

  // False for a directory, which stays.
  Result<bool> is_file_gone(int directory, const std::string& name) {
    struct stat status = {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return failed(name);
    if (S_ISDIR(status.st_mode)) return false;
    if (::unlinkat(directory, name.c_str(), 0) != 0) return failed(name);
    bytes_ += static_cast<std::uint64_t>(status.st_size);
    return true;
  }

  Result<> move_up(int directory, const std::string& name) {
    // A directory that may not be written cannot be moved, for its ".." changes.
    std::ignore = ::fchmodat(directory, name.c_str(), S_IRWXU, 0);
    for (;;) {
      const auto free = concat("removed-", ++number_);
      if (::renameat(directory, name.c_str(), root_, free.c_str()) == 0) return {};
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) return failed(name);
    }
  }

  const int root_;
  std::uint64_t bytes_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace

Result<std::uint64_t> remove_tree(const std::filesystem::path& directory) {
  const Descriptor root(::open(directory.c_str(), kDirectory));
  if (!root) return failed(directory.native());
  Removal removal(root.get());
  TRY(removal.run().context(directory.native()));
  if (::rmdir(directory.c_str()) != 0) return failed(directory.native());
  return removal.bytes();
}

}  // namespace hermes::io
