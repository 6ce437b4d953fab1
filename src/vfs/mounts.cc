#include "vfs/mounts.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/strings.h"
#include "vfs/beneath.h"

namespace hermes::vfs {
namespace {

// What begins the paths below one.
std::string below(std::string_view path) {
  return path.empty() ? std::string() : concat(path, "/");
}

// Whoever asks knows the path by which they asked, not the one inside of a tree.
template <typename T>
Result<T> here(std::string_view path, Result<T> result) {
  if (result.has_value() || result.error().code() != Code::NotFound) return result;
  return not_found(path);
}

}  // namespace

void Mounts::add(std::string path, std::shared_ptr<const Tree> tree) {
  trees_[std::move(path)] = std::move(tree);
}

std::pair<const Tree*, std::string_view> Mounts::find(std::string_view path) const {
  for (std::size_t end = 0; end < path.size(); ++end) {
    end = std::min(path.find('/', end), path.size());
    const auto found = trees_.find(path.substr(0, end));
    if (found == trees_.end() || !found->second) continue;
    return {found->second.get(), path.substr(std::min(end + 1, path.size()))};
  }
  return {nullptr, {}};
}

bool Mounts::is_directory(std::string_view path) const {
  if (path.empty() || trees_.contains(path)) return true;
  const auto prefix = below(path);
  const auto next = trees_.lower_bound(prefix);
  return next != trees_.end() && next->first.starts_with(prefix);
}

Result<Kind> Mounts::kind(std::string_view path) const {
  if (!is_inside(path)) return not_found(path);
  if (const auto [tree, rest] = find(path); tree != nullptr) return here(path, tree->kind(rest));
  if (is_directory(path)) return Kind::Directory;
  return not_found(path);
}

Result<std::unique_ptr<File>> Mounts::open(std::string_view path) const {
  if (!is_inside(path)) return not_found(path);
  if (const auto [tree, rest] = find(path); tree != nullptr) return here(path, tree->open(rest));
  return not_found(path);
}

Result<std::vector<Entry>> Mounts::list(std::string_view path) const {
  if (!is_inside(path)) return not_found(path);
  if (const auto [tree, rest] = find(path); tree != nullptr) return here(path, tree->list(rest));
  if (!is_directory(path)) return not_found(path);
  const auto prefix = below(path);
  std::set<std::string_view> names;
  for (auto next = trees_.lower_bound(prefix);
       next != trees_.end() && next->first.starts_with(prefix); ++next) {
    names.insert(split_once(std::string_view(next->first).substr(prefix.size()), '/').first);
  }
  std::vector<Entry> entries;
  for (const auto name : names) entries.push_back({std::string(name), Kind::Directory});
  return entries;
}

}  // namespace hermes::vfs
