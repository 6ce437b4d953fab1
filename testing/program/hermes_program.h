#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/program/process.h"

namespace hermes::testing {

/// The folder of an example app as the build makes it: "board", "hello", "pulse".
std::string example_app(std::string_view name);

/// `hermes` with these arguments, until it ends by itself.
Ended hermes_command(std::vector<std::string> arguments, std::vector<std::string> environment = {});

/// What a client got.
struct Answer {
  int status;
  std::string body;
};

/// `hermes run` or `hermes playground`, serving at a port of its own.
class HermesProgram {
 public:
  /// `arguments` are the command and what follows. Compiled code is kept from test to test, unless
  /// the test has a home of its own. `through` is a command that runs it.
  explicit HermesProgram(std::vector<std::string> arguments,
                         const std::filesystem::path& home = HERMES_TEST_HOME,
                         std::vector<std::string> through = {});

  /// Waits until it listens.
  std::uint16_t port();

  /// Waits until it says that the app runs, and with it those that were named before.
  void wait_for_app(std::string_view name);

  /// "http://board.localhost:1234/path"
  std::string url(std::string_view app, std::string_view path);

  /// Asks with curl, which is given `options` too. Status 0: there was no answer.
  Answer curl(std::string_view app, std::string_view path, std::vector<std::string> options = {});

  Process& process() { return process_; }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

}  // namespace hermes::testing
