#pragma once

#include <filesystem>
#include <memory>

#include "extensions/sqlite/limits.h"
#include "runtime/extension.h"

namespace hermes::sqlite {

/// hermes:sqlite: a database for each app, in its directory under `home`, and databases in memory
/// for each call.
std::unique_ptr<runtime::Extension> make(std::filesystem::path home, Limits limits = {});

}  // namespace hermes::sqlite
