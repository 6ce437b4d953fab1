#pragma once

#include <string>

#include "base/result.h"
#include "package/package_writer.h"

namespace hermes::package {

/// Adds compressed forms of the files below `www`, as a server of them looks for them: "x.zst" and
/// "x.gz" beside "x", where that saves a tenth and the author has put none there. Files of less
/// than 1 KiB or more than 8 MiB have none.
Result<> add_web_variants(PackagedFiles& files, const std::string& www);

}  // namespace hermes::package
