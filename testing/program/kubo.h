#pragma once

#include <memory>
#include <string>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/program/process.h"

namespace hermes::testing {

/// A node of kubo that runs beside the test, on loopback, and knows nobody.
class Kubo {
 public:
  /// Waits until it is ready.
  Kubo();

  /// What `ipfs` with these arguments writes. Fails the test where it fails.
  std::string run(const std::vector<std::string>& arguments);

  /// It may fail.
  Ended tries(std::vector<std::string> arguments);

 private:
  std::vector<std::string> environment() const;

  TemporaryDirectory home_;
  std::string program_;
  std::unique_ptr<Process> daemon_;
};

}  // namespace hermes::testing
