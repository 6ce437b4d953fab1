#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
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

/// `hermes run` with these arguments, until it ends by itself; at a port and in a home of its own.
Ended hermes_run(std::vector<std::string> arguments);

/// What a client got.
struct Answer {
  int status;
  std::string body;
};

/// `hermes run` or `hermes playground`, serving at a port of its own.
class HermesProgram {
 public:
  /// `arguments` are the command and what follows. Its home is its own, and gone with the object,
  /// but compiled code is kept from test to test.
  explicit HermesProgram(std::vector<std::string> arguments, std::vector<std::string> through = {});

  /// In a home of the test's, with the code that is compiled there. `through` is a command that
  /// runs it.
  HermesProgram(std::vector<std::string> arguments, const std::filesystem::path& home,
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
  const std::filesystem::path& home() const { return home_; }

  /// `hermes ctl` with these arguments, talking to it.
  Ended ctl(std::vector<std::string> arguments);

 private:
  std::unique_ptr<TemporaryDirectory> own_home_;  // Null for one of the test's.
  std::filesystem::path home_;
  Process process_;
  std::uint16_t port_ = 0;
};

}  // namespace hermes::testing
