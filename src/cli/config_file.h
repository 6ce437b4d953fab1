#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "cli/settings.h"

namespace hermes::cli {

/// Applies the text of a configuration file (TOML). Each error has file, line and column:
/// "hermes.toml:2:1: unknown key 'http.prot'; known here: address, port, …".
Result<> set_from_toml(Settings& settings, std::string_view text, std::string_view file);

Result<> set_from_file(Settings& settings, const std::filesystem::path& file);

}  // namespace hermes::cli
