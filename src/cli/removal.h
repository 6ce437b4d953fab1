#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "runtime/app.h"

namespace hermes::cli {

/// What became of an app's data.
struct Removal {
  runtime::AppId app;
  std::filesystem::path data;  // Where it is or was.
  bool is_purged = false;
  std::uint64_t bytes = 0;  // That were purged.
};

/// The app of that name or id that has data in the home.
std::optional<runtime::AppId> app_with_data(const std::filesystem::path& home,
                                            const std::string& app);

/// Removes the data of an app that does not run, or only says where it stays. The caller has the
/// lock of the home.
Result<Removal> remove_data(const std::filesystem::path& home, const runtime::AppId& app,
                            bool purge);

/// {"ok":true,"app":…}, as the control socket answers.
std::string describe(const Removal& removal);

/// No app of that name or id runs or has data there.
Error nothing_to_remove(const std::filesystem::path& home, const std::string& app);

}  // namespace hermes::cli
