#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "cli/ctl.h"
#include "cli/ipfs_options.h"
#include "cli/package_options.h"
#include "cli/settings.h"
#include "cli/test_result.h"

namespace hermes::cli {

// What the process ends with; docs/operations.md.
inline constexpr int kClean = 0;
inline constexpr int kFailed = 1;  // The engine, every app or a test failed.
inline constexpr int kUsage =
    2;  // The command line, the environment or the configuration is wrong.
inline constexpr int kInternal = 101;  // A bug.

enum class Command : std::uint8_t {
  Run,
  Dev,
  Playground,
  Test,
  Inspect,
  Ctl,
  Ipfs,
  New,
  App,
  Module,
  Key,
  Trust
};

/// What the person asked for.
struct Invocation {
  Command command;
  std::vector<std::filesystem::path> paths;  // Of apps, or of components.
  Settings settings;
  TestOptions test = {};
  CtlOptions ctl = {};
  PackageOptions package = {};
  IpfsOptions ipfs = {};
  std::vector<std::filesystem::path> untrusted = {};  // Apps that run though nobody trusts them.
  std::filesystem::path apps = {};  // A directory of apps that run, too; empty: none.
  bool json = false;                // The form in which `inspect` answers.

  // What it was read from, to be read again.
  std::vector<std::string> arguments = {};
  Environment environment = {};
};

/// There is nothing to do but to say this: help, or what is wrong.
struct Farewell {
  int code;
  std::string text;
};

/// `arguments` begins with the name of the program.
std::variant<Invocation, Farewell> parse(const std::vector<std::string>& arguments,
                                         const Environment& environment);

}  // namespace hermes::cli
