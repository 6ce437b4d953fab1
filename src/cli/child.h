#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::cli {

/// A program that runs beside this one, with its standard streams, in a process group of its own.
/// It hears SIGTERM when this process ends. Killed with the object, and all of its group.
class Child {
 public:
  /// `arguments` begin with the program, looked up in PATH. Called while there is one thread.
  static Result<Child> start(const std::vector<std::string>& arguments,
                             const std::filesystem::path& directory);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  /// Readable when it has ended.
  int descriptor() const { return ended_.get(); }

  void signal(int number) const;

  /// Its exit code, or 128 + the signal that ended it; waits for that.
  int wait();

 private:
  Child(pid_t pid, io::Descriptor ended) : pid_(pid), ended_(std::move(ended)) {}

  pid_t pid_ = -1;  // -1 once it was waited for.
  io::Descriptor ended_;
};

}  // namespace hermes::cli
