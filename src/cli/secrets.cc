#include "cli/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::cli {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kVariable = "env:";
constexpr std::string_view kCredential = "credential:";
constexpr std::size_t kLongest = std::size_t{64} << 10;

// `others` is how others than its owner may find the file open.
Result<> check(const struct stat& status, const std::string& path, mode_t others) {
  if (!S_ISREG(status.st_mode)) return Error(Code::Denied, concat(path, " is not a file"));
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return Error(Code::Denied, concat(path, " belongs to another user than the engine's and root"));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO) & ~others) != 0) {
    return Error(Code::Denied, concat(path, " is open to others: chmod 600 ", path));
  }
  return {};
}

// The checks are of what is then read, whatever becomes of the path.
Result<std::string> read_file(const std::string& path, mode_t others = 0) {
  const io::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status = {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    return Error(Code::NotFound, concat(path, ": ", std::strerror(errno)));
  }
  TRY(check(status, path, others));
  std::string text(kLongest + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto count = ::read(file.get(), text.data() + size, text.size() - size);
    if (count < 0) return Error(Code::Denied, concat(path, ": ", std::strerror(errno)));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kLongest) return Error(Code::LimitReached, concat(path, " is larger than 64 KiB"));
  text.resize(size);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

bool is_secret_place(std::string_view place) {
  if (place.starts_with(kVariable)) return place.size() > kVariable.size();
  if (place.starts_with(kCredential)) {
    const auto name = place.substr(kCredential.size());
    return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
  }
  return place.starts_with(kFile) && place.substr(kFile.size()).starts_with('/');
}

Result<std::vector<std::pair<std::string, std::string>>> Secrets::of(const runtime::AppId& app) {
  std::vector<std::pair<std::string, std::string>> secrets;
  const auto found = places_.find(app);
  if (found == places_.end()) return secrets;
  for (const auto& [name, place] : found->second) {
    secrets.emplace_back(name, TRY(read(place).context(concat("secret '", name, "'"))));
  }
  return secrets;
}

Result<std::string> Secrets::read(std::string_view place) const {
  std::string value;
  if (place.starts_with(kFile)) {
    value = TRY(read_file(std::string(place.substr(kFile.size()))));
  } else if (place.starts_with(kCredential)) {
    const auto directory = environment_.find("CREDENTIALS_DIRECTORY");
    if (directory == environment_.end()) {
      return Error(Code::NotFound,
                   "the engine was started without credentials: it is systemd that "
                   "sets CREDENTIALS_DIRECTORY");
    }
    // systemd lets its service in by an entry for it alone, which shows as the group's.
    value =
        TRY(read_file(concat(directory->second, "/", place.substr(kCredential.size())), S_IRGRP));
  } else {
    const auto name = place.substr(kVariable.size());
    const auto found = environment_.find(name);
    if (found == environment_.end()) {
      return Error(Code::NotFound, concat("the engine has no variable ", name));
    }
    value = found->second;
  }
  if (value.find('\0') == value.npos) return value;
  return Error(Code::InvalidArgument, concat(place, " has a NUL"));
}

}  // namespace hermes::cli
