#include "wasm/wasi_tree.h"

#include <cerrno>
#include <cstddef>
#include <exception>
#include <span>
#include <string_view>
#include <utility>

namespace hermes::wasm {
namespace {

using Tree = std::shared_ptr<const vfs::Tree>;

const vfs::Tree& tree_of(void* tree) {
  return **static_cast<const Tree*>(tree);
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

int errno_of(const Error& error) {
  switch (error.code()) {
    case Code::NotFound:
      return ENOENT;
    case Code::Busy:
      return ENOMEM;
    default:
      return EIO;
  }
}

int guarded(auto&& f) noexcept {
  try {
    return f();
  } catch (const std::exception&) {
    return ENOMEM;
  }
}

void release(void* tree) noexcept {
  delete static_cast<const Tree*>(tree);
}

std::int32_t open(void* tree, const std::uint8_t* path, std::size_t len, bool to_read,
                  hermes_tree_node* out) noexcept {
  return guarded([&] {
    auto opened = tree_of(tree).open(view(path, len));
    if (!opened) {
      const auto kind = tree_of(tree).kind(view(path, len));
      if (!kind.has_value()) return errno_of(kind.error());
      if (*kind != vfs::Kind::Directory) return errno_of(opened.error());
      *out = {};
      return 0;
    }
    auto file = *std::move(opened);
    const auto content = to_read ? file->content() : std::span<const std::byte>();
    out->size = file->size();
    out->modified = file->modified().time_since_epoch().count();
    out->data = reinterpret_cast<const std::uint8_t*>(content.data());
    out->file = file.release();
    return 0;
  });
}

std::int32_t list(void* tree, const std::uint8_t* path, std::size_t len, hermes_tree_visit visit,
                  void* env) noexcept {
  return guarded([&] {
    const auto entries = tree_of(tree).list(view(path, len));
    if (!entries) return errno_of(entries.error());
    for (const auto& [name, kind] : *entries) {
      visit(env, kind == vfs::Kind::Directory, reinterpret_cast<const std::uint8_t*>(name.data()),
            name.size());
    }
    return 0;
  });
}

std::int32_t read(void* file, std::uint64_t offset, std::uint8_t* into, std::size_t len,
                  std::size_t* read) noexcept {
  return guarded([&] {
    const auto done = static_cast<const vfs::File*>(file)->read(
        offset, std::as_writable_bytes(std::span(into, len)));
    if (!done) return errno_of(done.error());
    *read = *done;
    return 0;
  });
}

void close(void* file) noexcept {
  const std::unique_ptr<const vfs::File> closed(static_cast<const vfs::File*>(file));
}

}  // namespace

hermes_tree handle_of(Tree tree) {
  return {.tree = new Tree(std::move(tree)),
          .release = &release,
          .open = &open,
          .list = &list,
          .read = &read,
          .close = &close};
}

}  // namespace hermes::wasm
