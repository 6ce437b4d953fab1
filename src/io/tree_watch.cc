#include "io/tree_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/strings.h"

namespace hermes::io {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kMade{"build", "target", "node_modules", "__pycache__"};
constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                   IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

bool is_left_out(std::string_view name) {
  return name.starts_with('.') || std::ranges::find(kMade, name) != kMade.end();
}

}  // namespace

Result<TreeWatch> TreeWatch::open(const fs::path& root) {
  Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify) return Error(Code::LimitReached, concat("inotify: ", std::strerror(errno)));
  TreeWatch watch(root, std::move(inotify));
  TRY(watch.add(""));
  return watch;
}

// Of a directory that is gone again, nothing is heard.
Result<> TreeWatch::add(const std::string& directory) {
  const auto path = root_ / directory;
  const int watch = ::inotify_add_watch(inotify_.get(), path.c_str(), kChanges);
  if (watch < 0 && !directory.empty() && (errno == ENOENT || errno == ENOTDIR)) return {};
  if (watch < 0) {
    return Error(errno == ENOSPC ? Code::LimitReached : Code::NotFound,
                 concat("watching ", path.native(), ": ", std::strerror(errno),
                        errno == ENOSPC ? " (sysctl fs.inotify.max_user_watches)" : ""));
  }
  directories_[watch] = directory;
  std::error_code ignored;
  for (fs::directory_iterator entry(path, ignored), end; entry != end; entry.increment(ignored)) {
    const auto name = entry->path().filename().string();
    if (entry->is_symlink(ignored) || !entry->is_directory(ignored) || is_left_out(name)) continue;
    TRY(add(concat(directory, name, "/")));
  }
  return {};
}

void TreeWatch::heard(int watch, unsigned what, const std::string& name,
                      std::set<std::string>& changed) {
  if ((what & IN_Q_OVERFLOW) != 0) {
    changed.insert("");
    return;
  }
  const auto found = directories_.find(watch);
  if (found == directories_.end()) return;
  if ((what & IN_IGNORED) != 0) {
    directories_.erase(found);
    return;
  }
  const auto path = found->second + name;
  if ((what & IN_ISDIR) == 0) {
    // That it is made is not yet that it is written.
    if ((what & IN_CREATE) == 0 || fs::is_symlink(root_ / path)) changed.insert(path);
    return;
  }
  if (is_left_out(name)) return;
  changed.insert(path);
  // What is in it already counts with it.
  if ((what & (IN_CREATE | IN_MOVED_TO)) != 0 && !add(path + "/")) changed.insert("");
}

std::set<std::string> TreeWatch::take() {
  std::set<std::string> changed;
  alignas(inotify_event) std::array<char, 65'536> events;
  for (;;) {
    const auto size = ::read(inotify_.get(), events.data(), events.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return changed;
    const std::string_view all(events.data(), static_cast<std::size_t>(size));
    for (std::size_t at = 0; at + sizeof(inotify_event) <= all.size();) {
      inotify_event event = {};
      std::memcpy(&event, all.data() + at, sizeof event);
      const auto name = all.substr(at + sizeof event, event.len);
      heard(event.wd, event.mask, std::string(name.substr(0, name.find('\0'))), changed);
      at += sizeof event + event.len;
    }
  }
}

}  // namespace hermes::io
