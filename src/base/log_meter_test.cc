#include "base/log_meter.h"

#include <gtest/gtest.h>

namespace hermes::log {
namespace {

using namespace std::chrono_literals;

TEST(Meter, AdmitsSoManyASecond) {
  Meter meter({.records_per_second = 2, .bytes_per_record = 10});
  const auto at = [](auto time) { return MonotonicTime(time); };
  EXPECT_TRUE(meter.admit(at(500ms), 1));
  EXPECT_TRUE(meter.admit(at(600ms), 1));
  EXPECT_FALSE(meter.admit(at(1'499ms), 1));
  EXPECT_TRUE(meter.admit(at(1'500ms), 1)) << "another second has begun";
  EXPECT_TRUE(meter.admit(at(1'600ms), 1));
  EXPECT_FALSE(meter.admit(at(1'700ms), 1));
  EXPECT_EQ(meter.take_dropped().too_many, 2U);
  EXPECT_EQ(meter.take_dropped().total(), 0U);
}

TEST(Meter, DropsWhatIsTooLong) {
  Meter meter({.records_per_second = 1, .bytes_per_record = 10});
  EXPECT_FALSE(meter.admit({}, 11));
  EXPECT_TRUE(meter.admit({}, 10)) << "what is dropped does not count";
  EXPECT_EQ(meter.take_dropped().too_long, 1U);
}

}  // namespace
}  // namespace hermes::log
