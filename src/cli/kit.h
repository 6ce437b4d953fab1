#pragma once

#include <filesystem>

namespace hermes::cli {

/// Where the guest kit is (sdk/, with the templates, and wit/): installed with this program, or
/// else the checkout that it was built from.
std::filesystem::path kit_directory();

/// The kit's build tool: beside this program, or else whatever has that name in PATH.
std::filesystem::path component_tool();

}  // namespace hermes::cli
