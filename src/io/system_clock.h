#pragma once

#include <memory>

#include "base/time.h"

namespace hermes::io {

/// The clocks of the machine, with one thread on which its alarms ring, one after the other.
///
/// An alarm of either clock rings when the kernel's timer of that clock says so. Setting the
/// machine's clock is noticed at once, and alarms of UTC ring by the new time.
class SystemClock final : public Clock {
 public:
  SystemClock();
  SystemClock(const SystemClock&) = delete;
  /// No alarm of it is left.
  ~SystemClock() override;

  Now now() const override;
  std::unique_ptr<Alarm> alarm(UniqueFunction<void()> ring) override;

 private:
  class Timers;
  const std::unique_ptr<Timers> timers_;
};

}  // namespace hermes::io
