#include "cli/kit.h"

#include <system_error>

namespace hermes::cli {
namespace {

namespace fs = std::filesystem;

fs::path directory_of_program() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace

fs::path kit_directory() {
  std::error_code ignored;
  auto installed = (directory_of_program() / "../share/hermes").lexically_normal();
  return fs::is_directory(installed / "sdk", ignored) ? installed : fs::path(HERMES_SOURCE_DIR);
}

fs::path component_tool() {
  constexpr auto kName = "hermes-component";
  std::error_code ignored;
  auto beside = directory_of_program() / kName;
  return fs::exists(beside, ignored) ? beside : fs::path(kName);
}

}  // namespace hermes::cli
