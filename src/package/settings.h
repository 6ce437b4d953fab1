#pragma once

#include "base/result.h"
#include "package/grants.h"
#include "runtime/app.h"

namespace hermes::package {

/// Gives the modules of an app what whoever runs it sets for them:
///
///   [apps."board@91ab…".settings.api]
///   days = 7
///
/// The error has all that is not as their schemas want it, a line each: settings of a module that
/// is not there, or that takes none; what a schema does not allow; and what it requires and nobody
/// set.
Result<> apply_settings(const GrantsOfApps& grants, runtime::App& app);

}  // namespace hermes::package
