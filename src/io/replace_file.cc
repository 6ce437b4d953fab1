#include "io/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::io {
namespace {

constexpr mode_t kOwnerOnly = 0600;

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const auto done = ::write(file, content.data(), content.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

bool write_new(const std::filesystem::path& file, std::string_view content) {
  const Descriptor made(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  return made && write_all(made.get(), content) && ::fsync(made.get()) == 0;
}

// Which names it has is on the disk.
bool sync_directory(const std::filesystem::path& directory) {
  const Descriptor opened(
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened && ::fsync(opened.get()) == 0;
}

}  // namespace

Result<> replace_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path aside = concat(file.native(), ".new");
  ::unlink(aside.c_str());  // Whoever made it may have opened it to others.
  const bool is_done = write_new(aside, content) && ::rename(aside.c_str(), file.c_str()) == 0 &&
                       sync_directory(file.parent_path());
  if (is_done) return {};
  const auto error = errno;
  ::unlink(aside.c_str());
  return Error(Code::Denied,
               concat("writing '", file.native(), "': ", std::generic_category().message(error)));
}

}  // namespace hermes::io
