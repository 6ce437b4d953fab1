#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/app.h"

namespace hermes::testing {

/// The bytes of a component of testing/guests.
std::string guest(std::string_view name);

/// An app whose modules are these guests, named as they are; its id is "local:<name>". It may use
/// cron.
runtime::App app_of(std::string_view name, const std::vector<std::string_view>& guests);

}  // namespace hermes::testing
