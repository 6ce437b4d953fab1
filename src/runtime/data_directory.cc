#include "runtime/data_directory.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "base/strings.h"

namespace hermes::runtime {
namespace {

constexpr auto kData = "data";

// A name for the id that is one segment of a path, and never "." or "..".
std::string file_name(std::string_view id) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:";
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name;
  for (const char c : id) {
    if (kPlain.find(c) != kPlain.npos) {
      name += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    name += '%';
    name += kDigits[byte >> 4U];
    name += kDigits[byte & 15U];
  }
  return name;
}

Result<> make_private(const std::filesystem::path& directory) {
  struct stat status = {};
  if (::mkdir(directory.c_str(), S_IRWXU) == 0) return {};
  if (errno != EEXIST || ::lstat(directory.c_str(), &status) != 0) {
    return Error(Code::Denied, concat(directory.native(), ": ", std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) return {};
  return Error(Code::Denied, concat(directory.native(), " is not a directory"));
}

}  // namespace

std::filesystem::path data_directory(const std::filesystem::path& home, const AppId& app) {
  return home / kData / file_name(app);
}

Result<std::filesystem::path> make_data_directory(const std::filesystem::path& home,
                                                  const AppId& app) {
  std::error_code failed;
  std::filesystem::create_directories(home, failed);
  const auto real = std::filesystem::canonical(home, failed);
  if (failed) return Error(Code::Denied, concat(home.native(), ": ", failed.message()));
  TRY(make_private(real / kData));
  auto directory = data_directory(real, app);
  TRY(make_private(directory));
  return directory;
}

}  // namespace hermes::runtime
