#include "vfs/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "base/guarded.h"
#include "base/strings.h"
#include "io/descriptor.h"
#include "vfs/beneath.h"
#include "vfs/plain_file.h"

namespace hermes::vfs {
namespace {

using io::Descriptor;

constexpr std::size_t kMostEntries = 100'000;
constexpr std::size_t kMostKnown = 4'096;

struct Found {
  Descriptor descriptor;
  struct stat status = {};
  Kind kind = Kind::File;
};

struct Close {
  void operator()(DIR* directory) const { closedir(directory); }
};

class Directory : public Tree {
 public:
  explicit Directory(Descriptor root) : root_(std::move(root)) {}

  Result<Kind> kind(std::string_view path) const final { return TRY(find(path)).kind; }

  Result<std::unique_ptr<File>> open(std::string_view path) const final {
    auto found = TRY(find(path));
    if (found.kind != Kind::File) return not_found(path);
    return make(path, std::move(found));
  }

  // The path as the kernel follows it may lead outside, so what it leads to has to be what a path
  // that stays inside led to before, unchanged.
  std::optional<Identity> identity(std::string_view path) const final {
    struct stat status;
    const std::string name(path);
    if (fstatat(root_.get(), name.c_str(), &status, 0) != 0) return std::nullopt;
    const auto now = identity_of(status);
    const bool is_known = known_.with([&](const Known& known) {
      const auto entry = known.find(name);
      return entry != known.end() && entry->second == now;
    });
    if (is_known) return now;
    const auto found = find(path);
    if (!found || found->kind != Kind::File) return std::nullopt;
    const auto opened = identity_of(found->status);
    known_.with([&](Known& known) {
      if (known.size() >= kMostKnown) known.clear();
      known.insert_or_assign(name, opened);
    });
    return opened;
  }

  Result<std::vector<Entry>> list(std::string_view path) const final {
    auto found = TRY(find(path));
    if (found.kind != Kind::Directory) return not_found(path);
    const std::unique_ptr<DIR, Close> directory(fdopendir(found.descriptor.get()));
    if (!directory) return not_found(path);
    found.descriptor.release();  // It is closed with the directory.
    std::vector<Entry> entries;
    while (const auto* entry = readdir(directory.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (entries.size() == kMostEntries) {
        return Error(Code::Busy, concat("'", path, "' has more than ", kMostEntries, " entries"));
      }
      if (const auto kind = kind_of(*entry, path)) entries.push_back({std::string(name), *kind});
    }
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
  }

 protected:
  virtual std::unique_ptr<File> make(std::string_view, Found found) const {
    return std::make_unique<PlainFile>(std::move(found.descriptor), found.status);
  }

 private:
  Result<Found> find(std::string_view path) const {
    auto descriptor = TRY(open_beneath(root_, path));
    Found found{.descriptor = std::move(descriptor)};
    if (fstat(found.descriptor.get(), &found.status) != 0) return not_found(path);
    if (S_ISDIR(found.status.st_mode)) {
      found.kind = Kind::Directory;
    } else if (!S_ISREG(found.status.st_mode)) {
      return not_found(path);
    }
    return found;
  }

  // A link is what it leads to, if that is inside.
  std::optional<Kind> kind_of(const dirent& entry, std::string_view path) const {
    if (entry.d_type == DT_REG) return Kind::File;
    if (entry.d_type == DT_DIR) return Kind::Directory;
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return std::nullopt;
    const auto found = find(path.empty() ? std::string(entry.d_name)
                                         : concat(path, "/", std::string_view(entry.d_name)));
    if (!found) return std::nullopt;
    return found->kind;
  }

  using Known = std::unordered_map<std::string, Identity>;

  const Descriptor root_;
  mutable Guarded<Known> known_;  // The plain files that paths led to.
};

class FixedDirectory final : public Directory {
 public:
  FixedDirectory(Descriptor root, Digests digests)
      : Directory(std::move(root)), digests_(std::move(digests)) {}

 private:
  std::unique_ptr<File> make(std::string_view path, Found found) const override {
    const auto digest = digests_.find(path);
    return std::make_unique<FixedFile>(
        std::move(found.descriptor), found.status,
        digest == digests_.end() ? std::nullopt : std::optional(digest->second));
  }

  const Digests digests_;
};

Result<Descriptor> open_root(const std::filesystem::path& path) {
  Descriptor root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root) return root;
  return Error(Code::NotFound,
               concat("'", path.string(), "': ", std::generic_category().message(errno)));
}

}  // namespace

Result<std::unique_ptr<Tree>> open_directory(const std::filesystem::path& path) {
  auto root = TRY(open_root(path));
  std::unique_ptr<Tree> tree = std::make_unique<Directory>(std::move(root));
  return tree;
}

Result<std::unique_ptr<Tree>> open_fixed_directory(const std::filesystem::path& path,
                                                   Digests digests) {
  auto root = TRY(open_root(path));
  std::unique_ptr<Tree> tree =
      std::make_unique<FixedDirectory>(std::move(root), std::move(digests));
  return tree;
}

}  // namespace hermes::vfs
