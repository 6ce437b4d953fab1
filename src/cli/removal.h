#pragma once

#include <cstdint>
#include <filesystem>
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

/// The app of that id that has data in the home, or the only one of that name: local, unsigned, or
/// of whatever author. Code::NotFound: there is none; Code::InvalidArgument: of several, which the
/// error lists, an id has to tell which.
Result<runtime::AppId> app_with_data(const std::filesystem::path& home, const std::string& app);

/// Removes the data of an app that does not run, or only says where it stays. The caller has the
/// lock of the home.
Result<Removal> remove_data(const std::filesystem::path& home, const runtime::AppId& app,
                            bool purge);

/// {"ok":true,"app":…}, as the control socket answers.
std::string describe(const Removal& removal);

}  // namespace hermes::cli
