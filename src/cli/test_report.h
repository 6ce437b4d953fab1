#pragma once

#include <string>
#include <vector>

#include "cli/test_result.h"

namespace hermes::cli {

/// What `hermes test` says, for people or for CI systems.
std::string report(const std::vector<TestSuite>& suites, TestFormat format);

}  // namespace hermes::cli
