#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "vfs/tree.h"

namespace hermes::vfs {

/// A tree made of trees: each hangs at a path, "srv/www". What leads there are directories, too.
class Mounts final : public Tree {
 public:
  /// Before others see it. No path is below that of another tree, or has one twice. Without a tree
  /// it is an empty directory, which others may be below.
  void add(std::string path, std::shared_ptr<const Tree> tree = nullptr);

  Result<Kind> kind(std::string_view path) const override;
  Result<std::unique_ptr<File>> open(std::string_view path) const override;
  Result<std::vector<Entry>> list(std::string_view path) const override;

 private:
  // The tree in which the path is, and the rest of the path; null if it is in none.
  std::pair<const Tree*, std::string_view> find(std::string_view path) const;
  bool is_directory(std::string_view path) const;

  std::map<std::string, std::shared_ptr<const Tree>, std::less<>> trees_;
};

}  // namespace hermes::vfs
