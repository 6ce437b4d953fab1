#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "vfs/tree.h"

namespace hermes::vfs {

/// The content of a file of the tree, or why there is none.
inline std::string content(const Tree& tree, std::string_view path) {
  const auto file = tree.open(path);
  if (!file) return concat("error: ", file.error().message());
  std::string text((*file)->size(), '\0');
  EXPECT_EQ(*(*file)->read(0, std::as_writable_bytes(std::span(text))), text.size());
  return text;
}

/// What a directory of the tree holds: "a.txt img/ ".
inline std::string names(const Tree& tree, std::string_view path) {
  const auto entries = tree.list(path);
  if (!entries) return concat("error: ", entries.error().message());
  std::string all;
  for (const auto& [name, kind] : *entries) {
    all += concat(name, kind == Kind::Directory ? "/ " : " ");
  }
  return all;
}

}  // namespace hermes::vfs
