#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "io/descriptor.h"

namespace hermes::testing {

/// A program of testing/peers/js that runs beside the test and does what lines say. Killed with the
/// object.
class JsPeer {
 public:
  /// "peer" or "hostile". Waits until it is ready.
  explicit JsPeer(const std::string& program);
  JsPeer(const JsPeer&) = delete;
  ~JsPeer();

  const std::string& peer() const { return peer_; }

  /// The first at which it listens that has `part` in it.
  std::string address(std::string_view part) const;

  /// Its answer to that line. Fails the test where it says that it failed.
  std::string run(std::string_view line);

  /// Whether it succeeds in what the line says.
  bool tries(std::string_view line);

 private:
  std::string ask(std::string_view line);
  std::string read_line();

  io::Descriptor socket_;
  pid_t pid_ = -1;
  std::string read_;  // And not yet returned.
  std::string peer_;
  std::vector<std::string> addresses_;
};

}  // namespace hermes::testing
