#pragma once

#include <filesystem>
#include <memory>

#include "extensions/kv_store/limits.h"
#include "runtime/extension.h"

namespace hermes::kv_store {

/// hermes:kv-store: typed values by key, shared by the modules of an app, which receive kv-update
/// for the keys that they subscribed to. Keys that are to outlive the app's run are in its
/// directory under `home`. `events` outlives the extension.
std::unique_ptr<runtime::Extension> make(runtime::Events& events, std::filesystem::path home = {},
                                         Limits limits = {});

}  // namespace hermes::kv_store
