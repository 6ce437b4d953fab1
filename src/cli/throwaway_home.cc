#include "cli/throwaway_home.h"

#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "io/remove_tree.h"

namespace hermes::cli {

namespace fs = std::filesystem;

Result<ThrowawayHome> ThrowawayHome::make() {
  std::error_code error;
  auto name = (fs::temp_directory_path(error) / "hermes-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    return Error(Code::Denied, concat("no place for what apps keep meanwhile: ", name));
  }
  return ThrowawayHome(name);
}

runtime::EngineConfig ThrowawayHome::instead_of(runtime::EngineConfig config) const {
  if (config.code.empty()) config.code = config.home / "compiled";
  config.home = path_;
  return config;
}

ThrowawayHome::ThrowawayHome(ThrowawayHome&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ThrowawayHome::~ThrowawayHome() {
  if (!path_.empty()) static_cast<void>(io::remove_tree(path_));
}

}  // namespace hermes::cli
