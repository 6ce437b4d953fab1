#include "p2p/write_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

#include "base/strings.h"
#include "io/descriptor.h"
#include "p2p/dag_pb.h"
#include "p2p/directory.h"
#include "p2p/file_reader.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kMostEntries = 1'000'000;
constexpr mode_t kFileMode = 0666;
constexpr mode_t kDirectoryMode = 0777;

Error system_error(std::string_view name) {
  return {Code::Denied, concat("'", name, "': ", std::generic_category().message(errno))};
}

Result<> write_all(int file, std::string_view name, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_error(name);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

Result<> check_name(std::string_view name) {
  const bool is_bad = name.empty() || name == "." || name == ".." || name.find('/') != name.npos ||
                      name.find('\0') != name.npos;
  if (!is_bad) return {};
  return Error(Code::Corrupt, concat("the directory has an entry of the name '", name, "'"));
}

// Everything is made where nothing is, and opened without following links, so that nothing outside
// can be reached.
class Writing {
 public:
  Writing(BlockSource& blocks, const std::function<Result<>(std::uint64_t)>& progress)
      : blocks_(blocks), progress_(progress) {}

  Result<> write(const Cid& cid, int directory, const std::string& name, int depth) {
    if (depth == kDeepest) return Error(Code::LimitReached, concat("'", name, "' is too deep"));
    const auto content = TRY(kind_of(cid));
    if (content.link) {
      if (::symlinkat(content.link->c_str(), directory, name.c_str()) == 0) return {};
      return system_error(name);
    }
    return content.is_directory ? write_directory(cid, directory, name, depth)
                                : write_file(cid, directory, name);
  }

 private:
  struct Kind {
    bool is_directory = false;
    std::optional<std::string> link = std::nullopt;
  };

  Result<Kind> kind_of(const Cid& cid) {
    if (cid.codec() != kDagPb) return Kind{};
    std::string block;
    TRY(blocks_.read(cid, block));
    const auto node = TRY(DagNode::decode(block).context(cid.text()));
    const auto content = TRY(UnixFs::decode(node.data.value_or("")).context(cid.text()));
    if (content.type == UnixFs::Type::Symlink) {
      return Kind{false, std::string(content.data.value_or(""))};
    }
    return Kind{content.type == UnixFs::Type::Directory || content.type == UnixFs::Type::HamtShard};
  }

  Result<> write_file(const Cid& cid, int directory, const std::string& name) {
    const io::Descriptor file(::openat(
        directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
    if (!file) return system_error(name);
    return read_file(blocks_, cid, std::numeric_limits<std::uint64_t>::max(),
                     [&](std::string_view bytes) -> Result<> {
                       TRY(write_all(file.get(), name, bytes));
                       return progress_(bytes.size());
                     });
  }

  Result<> write_directory(const Cid& cid, int directory, const std::string& name, int depth) {
    if (::mkdirat(directory, name.c_str(), kDirectoryMode) != 0) return system_error(name);
    const io::Descriptor made(
        ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!made) return system_error(name);
    for (const auto& entry : TRY(list_directory(blocks_, cid, kMostEntries))) {
      TRY(check_name(entry.name));
      TRY(write(entry.cid, made.get(), entry.name, depth + 1).context(name));
    }
    return {};
  }

  BlockSource& blocks_;
  const std::function<Result<>(std::uint64_t)>& progress_;
};

}  // namespace

Result<> write_tree(BlockSource& blocks, const Cid& root, const std::filesystem::path& path,
                    const std::function<Result<>(std::uint64_t bytes)>& progress) {
  return Writing(blocks, progress).write(root, AT_FDCWD, path.native(), 0);
}

}  // namespace hermes::p2p
