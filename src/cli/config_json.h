#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace hermes::cli {

/// A part of a configuration file as JSON: texts, numbers, booleans, arrays and tables. There are
/// no dates in JSON, no infinity and no value that is no number: the error has the place in the
/// file.
Result<std::string> to_json(const toml::node& node, std::string_view file);

}  // namespace hermes::cli
