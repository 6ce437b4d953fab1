#pragma once

#include <memory>

#include "runtime/extension.h"

namespace hermes::init {

/// hermes:init: each module of an app is initialised before any other event reaches the app, and an
/// app that may can end the engine. `events` and `shutdown` outlive the extension.
std::unique_ptr<runtime::Extension> make(runtime::Events& events, runtime::Shutdown& shutdown);

}  // namespace hermes::init
