#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hermes::testing {

/// A program that runs beside the test. Killed with the object, if it has not ended.
class Process {
 public:
  /// `arguments` begin with the program, which is looked up in PATH. `environment` is in front of
  /// the test's own: "HERMES_PORT=1".
  explicit Process(std::vector<std::string> arguments, std::vector<std::string> environment = {});
  Process(const Process&) = delete;
  ~Process();

  /// The first line, of standard output or standard error, that holds `text` and `also`. Waits for
  /// it; fails the test if it does not come within half a minute or before the program ends.
  std::string line_with(std::string_view text, std::string_view also = {});

  pid_t id() const { return pid_; }
  void signal(int number) const;

  /// Waits for the end. The exit code, or 128 + the signal that ended it.
  int wait();

  /// What it has written so far; everything, after `wait`.
  std::string output() const;

 private:
  void read(int descriptor);

  pid_t pid_ = -1;
  bool ended_ = false;
  int code_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable written_;
  std::string output_;
  bool closed_ = false;
  std::thread reader_;
};

/// What a program that ends by itself wrote, and its exit code.
struct Ended {
  int code;
  std::string output;
};
Ended run_program(std::vector<std::string> arguments, std::vector<std::string> environment = {});

}  // namespace hermes::testing
