#include "package/store.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "package/file_io.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr auto kPackages = "packages";
constexpr std::string_view kUnfinished = ".new-";
constexpr auto kFiles = "files";

Result<> check_private(const fs::path& directory) {
  struct stat status = {};
  if (::lstat(directory.c_str(), &status) != 0) return system_error("reading", directory);
  if (S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
      (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) {
    return {};
  }
  return Error(Code::Denied, concat(directory.native(),
                                    " must be a directory that only its owner can use: remove it, "
                                    "or run 'chmod 700' on it"));
}

// A directory in which a package is unpacked. Locked, so that others see that somebody is at it;
// removed with the object, unless it was given its name.
class Unfinished {
 public:
  static Result<Unfinished> make(const fs::path& directory) {
    auto path = (directory / concat(kUnfinished, "XXXXXX")).native();
    if (::mkdtemp(path.data()) == nullptr) return system_error("writing", directory);
    io::Descriptor lock(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return system_error("locking", path);
    return Unfinished(std::move(path), std::move(lock));
  }
  Unfinished(Unfinished&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  Unfinished& operator=(Unfinished&&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  // Where another engine was faster, its directory is as good.
  Result<> finish(const fs::path& name) {
    // All that is written, before the name.
    if (::syncfs(lock_.get()) != 0) return system_error("writing", path_);
    if (::rename(path_.c_str(), name.c_str()) == 0) {
      path_.clear();
      const io::Descriptor parent(
          ::open(name.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (parent && ::fsync(parent.get()) == 0) return {};
      return system_error("writing", name);
    }
    if (errno == EEXIST || errno == ENOTEMPTY) return {};
    return system_error("writing", name);
  }

 private:
  Unfinished(fs::path path, io::Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  fs::path path_;
  io::Descriptor lock_;
};

void remove_left_over(const fs::path& directory) {
  std::error_code ignored;
  for (fs::directory_iterator entry(directory, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (!entry->path().filename().native().starts_with(kUnfinished)) continue;
    const io::Descriptor lock(
        ::open(entry->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
      fs::remove_all(entry->path(), ignored);
    }
  }
}

// The blocks themselves where the file system shares them, else what is in them.
Result<> copy(const Archive& from, const fs::path& to) {
  const io::Descriptor file(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!file) return system_error("writing", to);
  if (::ioctl(file.get(), FICLONE, from.descriptor()) == 0) return {};
  off_t at = 0;
  while (std::cmp_less(at, from.size())) {
    const auto left = from.size() - static_cast<std::uint64_t>(at);
    const auto done = ::copy_file_range(from.descriptor(), &at, file.get(), nullptr, left, 0);
    if (done < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
      break;
    }
    if (done < 0) return system_error("writing", to);
    if (done == 0) return Error(Code::Corrupt, "the package was cut while it was read");
  }
  std::string buffer(std::size_t{256} << 10, '\0');
  while (std::cmp_less(at, from.size())) {
    buffer.resize(
        std::min<std::uint64_t>(buffer.size(), from.size() - static_cast<std::uint64_t>(at)));
    TRY(read_at(from.descriptor(), static_cast<std::uint64_t>(at), buffer));
    TRY(write_all(file.get(), buffer));
    at += static_cast<off_t>(buffer.size());
  }
  return {};
}

// Nobody else makes or removes directories in the store as long as this is held: one that was just
// made is not locked yet, and looks like one that was left.
Result<io::Descriptor> hold(const fs::path& directory) {
  io::Descriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return system_error("locking", directory);
  return lock;
}

Result<Unfinished> begin(const fs::path& directory) {
  const auto held = TRY(hold(directory));
  remove_left_over(directory);
  return Unfinished::make(directory);
}

}  // namespace

Result<Store> Store::open(const fs::path& home) {
  std::error_code failed;
  fs::create_directories(home, failed);
  const auto real = fs::canonical(home, failed);
  if (failed) return Error(Code::Denied, concat(home.native(), ": ", failed.message()));
  auto directory = real / kPackages;
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return system_error("making", directory);
  }
  TRY(check_private(directory));
  return Store(std::move(directory));
}

Result<fs::path> Store::install(const Package& package) const {
  const auto name = directory_ / to_hex(package.digest());
  std::error_code ignored;
  if (fs::is_directory(fs::symlink_status(name, ignored))) return name / kFiles;
  auto unfinished = TRY(begin(directory_));
  const auto archive = unfinished.path() / "package";
  TRY(copy(package.archive(), archive));
  const auto copied = TRY(Package::open(archive));
  if (copied.digests() != package.digests()) {
    return Error(Code::Corrupt, "the package changed while it was read");
  }
  TRY(copied.check_files());
  const auto files = unfinished.path() / kFiles;
  if (::mkdir(files.c_str(), S_IRWXU) != 0) return system_error("writing", files);
  TRY(copied.unpack(files));
  if (::unlink(archive.c_str()) != 0) return system_error("removing", archive);
  TRY(unfinished.finish(name));
  return name / kFiles;
}

}  // namespace hermes::package
