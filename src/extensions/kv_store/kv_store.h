#pragma once

#include <memory>

#include "extensions/kv_store/limits.h"
#include "runtime/extension.h"

namespace hermes::kv_store {

/// hermes:kv-store: typed values by key, shared by the modules of an app, which receive kv-update
/// for the keys that they subscribed to. `events` outlives the extension.
std::unique_ptr<runtime::Extension> make(runtime::Events& events, Limits limits = {});

}  // namespace hermes::kv_store
