#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::io {

/// Sees which files of a directory and of those below it change (inotify). Hidden directories are
/// left out, and those in which tools keep what they made: build, target, node_modules,
/// __pycache__. Links are not followed.
class TreeWatch {
 public:
  static Result<TreeWatch> open(const std::filesystem::path& root);

  /// Readable when something has changed.
  int descriptor() const { return inotify_.get(); }

  /// The files that were written, made, renamed or removed since it was asked last, by their paths
  /// below the root. Where more changed than the system remembers, the root itself is among them:
  /// "". Never waits.
  std::set<std::string> take();

 private:
  explicit TreeWatch(std::filesystem::path root, Descriptor inotify)
      : root_(std::move(root)), inotify_(std::move(inotify)) {}

  Result<> add(const std::string& directory);
  void heard(int watch, unsigned what, const std::string& name, std::set<std::string>& changed);

  std::filesystem::path root_;
  Descriptor inotify_;
  std::map<int, std::string> directories_;  // By their watches; with '/' behind, but for the root.
};

}  // namespace hermes::io
