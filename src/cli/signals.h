#pragma once

#include <atomic>
#include <thread>

#include "base/unique_function.h"
#include "io/descriptor.h"

namespace hermes::cli {

/// Keeps SIGINT, SIGTERM and SIGHUP for Signals: they wait until there is one. Called before any
/// other thread begins, because each would take them.
void block_signals();

/// SIGINT, SIGTERM and SIGHUP as function calls.
class Signals {
 public:
  /// Runs `first` at the first signal and `further` at each one after it, on a thread of this
  /// object, until it is gone; but `reload` at a SIGHUP, unless it says that the terminal is gone.
  Signals(UniqueFunction<void()> first, UniqueFunction<void()> further,
          UniqueFunction<void()> reload);
  Signals(const Signals&) = delete;
  ~Signals();

  /// Whether one has come that is to end the process.
  bool received() const { return received_; }

 private:
  void run();

  std::atomic<bool> received_ = false;
  const io::Descriptor signals_;
  const io::Descriptor stop_;
  UniqueFunction<void()> first_;
  UniqueFunction<void()> further_;
  UniqueFunction<void()> reload_;
  const bool has_terminal_;  // At first.
  std::thread thread_;       // Last, so that it begins with everything in place.
};

}  // namespace hermes::cli
