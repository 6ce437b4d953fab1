#include "package/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/strings.h"

namespace hermes::package {

Error system_error(std::string_view doing, const std::filesystem::path& path) {
  const auto code = errno == ENOENT ? Code::NotFound : Code::Denied;
  return {code, concat(doing, " '", path.native(), "': ", std::generic_category().message(errno))};
}

Result<OpenedFile> open_file(const std::filesystem::path& path) {
  // Not waiting for a writer, if it is a pipe.
  io::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status = {};
  if (!file || ::fstat(file.get(), &status) != 0) return system_error("opening", path);
  if (!S_ISREG(status.st_mode)) {
    return Error(Code::InvalidArgument, concat("'", path.native(), "' is no plain file"));
  }
  return OpenedFile{std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const auto file = TRY(open_file(path));
  if (file.size > limit) {
    return Error(Code::LimitReached,
                 concat("'", path.native(), "' is larger than ", limit, " bytes"));
  }
  std::string content(file.size, '\0');
  TRY(read_at(file.descriptor.get(), 0, content));
  return content;
}

Result<> read_at(int file, std::uint64_t offset, std::span<char> into) {
  while (!into.empty()) {
    const auto got = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Code::Corrupt, std::generic_category().message(errno));
    if (got == 0) return Error(Code::Corrupt, "the file was cut while it was read");
    offset += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Result<> write_all(int file, std::string_view data) {
  while (!data.empty()) {
    const auto done = ::write(file, data.data(), data.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return Error(Code::Denied, std::generic_category().message(errno));
    data.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

namespace {

// `flags` are those of renameat2.
Result<> write_file(const std::filesystem::path& path, std::string_view data, unsigned mode,
                    unsigned flags) {
  auto temporary = path.native() + ".XXXXXX";
  const io::Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return system_error("writing", path);
  if (write_all(file.get(), data) && ::fchmod(file.get(), mode) == 0 && ::fsync(file.get()) == 0 &&
      ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), flags) == 0) {
    return {};
  }
  const auto error = system_error("writing", path);
  ::unlink(temporary.c_str());
  return error;
}

}  // namespace

Result<> replace_file(const std::filesystem::path& path, std::string_view data, unsigned mode) {
  return write_file(path, data, mode, 0);
}

Result<> create_file(const std::filesystem::path& path, std::string_view data, unsigned mode) {
  return write_file(path, data, mode, RENAME_NOREPLACE);
}

Result<> make_directory(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (!failed) return {};
  return Error(Code::Denied, concat("'", path.native(), "': ", failed.message()));
}

}  // namespace hermes::package
