#include "vfs/overlay.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "vfs/beneath.h"

namespace hermes::vfs {
namespace {

class Overlay final : public Tree {
 public:
  Overlay(std::shared_ptr<const Tree> above, std::shared_ptr<const Tree> below)
      : above_(std::move(above)), below_(std::move(below)) {}

  Result<Kind> kind(std::string_view path) const override {
    auto found = above_->kind(path);
    if (is_decided(found) || is_hidden(path)) return found;
    return below_->kind(path);
  }

  Result<std::unique_ptr<File>> open(std::string_view path) const override {
    auto found = above_->open(path);
    if (is_decided(found) || is_hidden(path)) return found;
    // Its directory hides the file below.
    if (above_->kind(path).has_value()) return found;
    return below_->open(path);
  }

  Result<std::vector<Entry>> list(std::string_view path) const override {
    auto entries = above_->list(path);
    if (is_hidden(path)) return entries;
    if (!entries) {
      if (is_decided(entries) || above_->kind(path).has_value()) return entries;
      return below_->list(path);
    }
    auto more = below_->list(path);
    if (!more) return entries;
    const auto has = [&](const Entry& entry) {
      return std::ranges::binary_search(*entries, entry.name, {}, &Entry::name);
    };
    std::erase_if(*more, has);
    entries->insert(entries->end(), std::move_iterator(more->begin()),
                    std::move_iterator(more->end()));
    std::ranges::sort(*entries, {}, &Entry::name);
    return entries;
  }

 private:
  template <typename T>
  static bool is_decided(const Result<T>& found) {
    return found.has_value() || found.error().code() != Code::NotFound;
  }

  // Whether a file above stands where the path has a directory.
  bool is_hidden(std::string_view path) const {
    for (auto end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
      const auto found = above_->kind(path.substr(0, end));
      if (!found.has_value()) return false;
      if (*found == Kind::File) return true;
    }
    return false;
  }

  const std::shared_ptr<const Tree> above_;
  const std::shared_ptr<const Tree> below_;
};

}  // namespace

std::shared_ptr<const Tree> overlay(std::shared_ptr<const Tree> above,
                                    std::shared_ptr<const Tree> below) {
  return std::make_shared<Overlay>(std::move(above), std::move(below));
}

}  // namespace hermes::vfs
