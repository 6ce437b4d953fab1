#include "p2p/holdings.h"

#include <gtest/gtest.h>

#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

class HoldingsTest : public ::testing::Test {
 protected:
  std::unique_ptr<Holdings> open() const { return *Holdings::open(home.path / "apps.db"); }

  const TemporaryHome home;
  const Cid cid = Cid::of("block", kRaw, 1);
  const Cid other = Cid::of("other", kRaw, 1);
};

TEST_F(HoldingsTest, APinStaysUntilItIsTakenBackAsOftenAsItWasMade) {
  {
    const auto holdings = open();
    ASSERT_TRUE(holdings->pin("app", cid, 5, {}));
    ASSERT_TRUE(holdings->pin("app", cid, 5, {}));
    ASSERT_TRUE(holdings->pin("other", cid, 5, {}));
  }
  const auto holdings = open();
  EXPECT_TRUE(*holdings->unpin("app", cid));
  ASSERT_EQ(holdings->pins()->size(), 2);
  EXPECT_TRUE(*holdings->unpin("app", cid));
  EXPECT_FALSE(*holdings->unpin("app", cid));
  const auto pins = *holdings->pins();
  ASSERT_EQ(pins.size(), 1);
  EXPECT_EQ(pins[0].app, "other");
  EXPECT_EQ(pins[0].cid, cid);
  EXPECT_EQ(pins[0].bytes, 5);
}

TEST_F(HoldingsTest, AnAppPinsNoMoreThanItMay) {
  const auto holdings = open();
  const PinLimits limits{.bytes = 8, .pins = 2};
  ASSERT_TRUE(holdings->pin("app", cid, 5, limits));
  EXPECT_EQ(holdings->pin("app", other, 4, limits).error().code(), Code::LimitReached);
  EXPECT_TRUE(holdings->pin("app", cid, 5, limits));  // It holds that already.
  EXPECT_TRUE(holdings->pin("another", other, 4, limits));
  ASSERT_TRUE(holdings->pin("app", other, 3, limits));
  EXPECT_EQ(holdings->pin("app", Cid::of("", kRaw, 1), 0, limits).error().code(),
            Code::LimitReached);
}

TEST_F(HoldingsTest, AnAppThatIsRemovedHoldsNothing) {
  const auto holdings = open();
  ASSERT_TRUE(holdings->pin("app", cid, 5, {}));
  ASSERT_TRUE(holdings->pin("other", cid, 5, {}));
  ASSERT_TRUE(holdings->release_all("app"));
  EXPECT_EQ(holdings->pins()->size(), 1);
}

}  // namespace
}  // namespace hermes::p2p
