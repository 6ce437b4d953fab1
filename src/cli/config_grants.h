#pragma once

#include <toml++/toml.h>

#include "base/result.h"
#include "package/grants.h"

namespace hermes::cli {

/// What `[apps."…"]` of a configuration file says of one app. The error has the place in the file.
Result<package::Grants> read_grants(const toml::table& table, std::string_view file);

/// "hermes.toml:2:1: what"
Error config_error(std::string_view file, const toml::source_region& region, std::string_view what);

}  // namespace hermes::cli
