#include "vfs/text_tree.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "vfs/beneath.h"

namespace hermes::vfs {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

class TextFile final : public File {
 public:
  TextFile(std::shared_ptr<const Files> files, const std::string& text)
      : files_(std::move(files)), text_(text) {}

  std::uint64_t size() const override { return text_.size(); }
  UtcTime modified() const override { return {}; }
  std::span<const std::byte> content() const override { return std::as_bytes(std::span(text_)); }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const auto part = content().subspan(std::min<std::uint64_t>(offset, text_.size()));
    const auto size = std::min(into.size(), part.size());
    if (size != 0) std::memcpy(into.data(), part.data(), size);
    return size;
  }

 private:
  const std::shared_ptr<const Files> files_;  // Has the text.
  const std::string& text_;
};

class TextTree final : public Tree {
 public:
  explicit TextTree(Files files) : files_(std::make_shared<const Files>(std::move(files))) {}

  Result<Kind> kind(std::string_view path) const override {
    if (path.empty()) return Kind::Directory;
    if (!files_->contains(path)) return not_found(path);
    return Kind::File;
  }

  Result<std::unique_ptr<File>> open(std::string_view path) const override {
    const auto found = files_->find(path);
    if (found == files_->end()) return not_found(path);
    std::unique_ptr<File> file = std::make_unique<TextFile>(files_, found->second);
    return file;
  }

  Result<std::vector<Entry>> list(std::string_view path) const override {
    if (!path.empty()) return not_found(path);
    std::vector<Entry> entries;
    for (const auto& [name, text] : *files_) entries.push_back({name, Kind::File});
    return entries;
  }

 private:
  const std::shared_ptr<const Files> files_;
};

}  // namespace

std::shared_ptr<const Tree> text_tree(Files files) {
  return std::make_shared<TextTree>(std::move(files));
}

}  // namespace hermes::vfs
