#include "p2p/add_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "io/descriptor.h"
#include "p2p/dag_pb.h"
#include "p2p/directory.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr int kDeepest = 64;

Error system_error(const fs::path& path, int error) {
  return {error == ENOENT ? Code::NotFound : Code::Denied,
          concat("'", path.native(), "': ", std::generic_category().message(error))};
}

// Of a file: whole chunks, but for the last one. Each has room around it for its frame, so that
// nothing is copied.
class Piece {
 public:
  explicit Piece(const FileLayout& layout)
      : layout_(layout),
        chunks_(std::max<std::size_t>(kPiece / layout.chunk, 1)),
        room_(std::make_unique_for_overwrite<char[]>(chunks_ * stride())) {}

  bool is_full() const { return size_ == chunks_ * layout_.chunk; }

  /// Where the next bytes go, up to the end of a chunk.
  std::span<char> rest() {
    const auto filled = size_ % layout_.chunk;
    return {chunk(size_ / layout_.chunk) + filled, layout_.chunk - filled};
  }
  void filled(std::size_t bytes) { size_ += bytes; }

  /// Point into the piece.
  std::vector<Leaf> make_leaves() {
    std::vector<Leaf> leaves;
    for (std::size_t i = 0; i * layout_.chunk < size_; ++i) {
      const auto size = std::min(layout_.chunk, size_ - i * layout_.chunk);
      const auto [head, tail] = frame_of_leaf(size, layout_);
      char* begin = chunk(i) - head.size();
      head.copy(begin, head.size());
      tail.copy(chunk(i) + size, tail.size());
      leaves.push_back(leaf_of({begin, head.size() + size + tail.size()}, size, layout_));
    }
    return leaves;
  }

 private:
  std::size_t stride() const { return layout_.chunk + 2 * LeafFrame::kLongest; }
  char* chunk(std::size_t i) const { return room_.get() + i * stride() + LeafFrame::kLongest; }

  FileLayout layout_;
  std::size_t chunks_;
  std::unique_ptr<char[]> room_;
  std::size_t size_ = 0;
};

struct Made {
  Piece piece;
  std::vector<Leaf> leaves;
};

Made make_leaves(Piece piece) {
  auto leaves = piece.make_leaves();
  return {std::move(piece), std::move(leaves)};
}

class Adding {
 public:
  Adding(BlockSink& sink, const FileLayout& layout, const Added& added, const Progress& progress)
      : sink_(sink), layout_(layout), added_(added), progress_(progress) {}

  // `shown` is what the path is called.
  Result<BuiltTree> add(const fs::path& path, const fs::path& shown, int depth) {
    std::error_code failed;
    const auto status = depth == 0 ? fs::status(path, failed) : fs::symlink_status(path, failed);
    if (failed) return system_error(path, failed.value());
    auto tree = TRY(add(path, shown, depth, status.type()));
    added_(shown, tree);
    return tree;
  }

 private:
  Result<BuiltTree> add(const fs::path& path, const fs::path& shown, int depth,
                        fs::file_type type) {
    switch (type) {
      case fs::file_type::regular:
        return add_file(path);
      case fs::file_type::symlink:
        return add_link(path);
      case fs::file_type::directory:
        return add_directory(path, shown, depth);
      default:
        return Error(Code::InvalidArgument,
                     concat("'", path.native(), "' is neither a file nor a directory"));
    }
  }

  // While leaves of a piece are made on another thread, those of the piece before are put, and the
  // next one is read.
  Result<BuiltTree> add_file(const fs::path& path) {
    const io::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return system_error(path, errno);
    static_cast<void>(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
    FileBuilder builder(sink_, layout_);
    std::future<Made> making;
    for (bool is_last = false; !is_last;) {
      auto piece = TRY(read_piece(file.get(), path));
      is_last = !piece.is_full();
      std::optional<Made> made;
      if (making.valid()) made = making.get();
      making = std::async(is_last ? std::launch::deferred : std::launch::async, make_leaves,
                          std::move(piece));
      if (made) TRY(put(builder, *made));
    }
    TRY(put(builder, making.get()));
    return builder.finish();
  }

  // A full one, but at the end.
  Result<Piece> read_piece(int file, const fs::path& path) {
    Piece piece(layout_);
    while (!piece.is_full()) {
      const auto rest = piece.rest();
      const auto got = ::read(file, rest.data(), rest.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error(path, errno);
      if (got == 0) break;
      piece.filled(static_cast<std::size_t>(got));
      TRY(progress_(static_cast<std::uint64_t>(got)));
    }
    return piece;
  }

  static Result<> put(FileBuilder& builder, const Made& made) {
    for (const auto& leaf : made.leaves) TRY(builder.add(leaf));
    return {};
  }

  Result<BuiltTree> add_link(const fs::path& path) {
    std::error_code failed;
    const auto target = fs::read_symlink(path, failed).native();
    if (failed) return system_error(path, failed.value());
    const auto data = UnixFs{.type = UnixFs::Type::Symlink, .data = target}.encode();
    const auto block = DagNode{{}, data}.encode();
    auto cid = Cid::of(block, kDagPb, layout_.cid_version);
    TRY(sink_.put(cid, block));
    return BuiltTree{std::move(cid), target.size(), block.size()};
  }

  Result<BuiltTree> add_directory(const fs::path& path, const fs::path& shown, int depth) {
    if (depth == kDeepest) {
      return Error(Code::LimitReached, concat("'", path.native(), "' is too deep"));
    }
    std::vector<DirectoryEntry> entries;
    std::error_code failed;
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end;
         entry.increment(failed)) {
      const auto name = entry->path().filename().native();
      if (name.starts_with('.')) continue;
      const auto tree = TRY(add(entry->path(), shown / name, depth + 1));
      entries.push_back({name, tree.cid, tree.total});
    }
    if (failed) return system_error(path, failed.value());
    return put_directory(sink_, std::move(entries), layout_.cid_version);
  }

  BlockSink& sink_;
  const FileLayout layout_;
  const Added& added_;
  const Progress& progress_;
};

}  // namespace

Result<BuiltTree> add_path(BlockSink& sink, const fs::path& path, const FileLayout& layout,
                           const Added& added, const Progress& progress) {
  auto shown = path.lexically_normal();
  if (!shown.has_filename()) shown = shown.parent_path();
  return Adding(sink, layout, added, progress).add(path, shown.filename(), 0);
}

}  // namespace hermes::p2p
