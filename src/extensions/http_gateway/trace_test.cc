#include "extensions/http_gateway/trace.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr auto kSent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Trace, GoesOnWhereTheClientIsInOne) {
  const auto trace = Trace::of(kSent);
  EXPECT_EQ(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace.flags(), "01");
  EXPECT_EQ(trace.request_id().size(), 16U);
  EXPECT_NE(trace.request_id(), "00f067aa0ba902b7");
  EXPECT_EQ(trace.traceparent(),
            concat("00-4bf92f3577b34da6a3ce929d0e0e4736-", trace.request_id(), "-01"));
  EXPECT_EQ(Trace::of("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").trace_id(),
            trace.trace_id())
      << "a later version";
}

TEST(Trace, BeginsWhereTheHeaderIsNone) {
  for (const auto* sent : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                           "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    const auto trace = Trace::of(sent);
    EXPECT_NE(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736") << sent;
    EXPECT_EQ(trace.trace_id().size(), 32U) << sent;
    EXPECT_EQ(trace.flags(), "00");
  }
}

TEST(Trace, GivesEachRequestItsId) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.emplace(Trace::of(kSent).request_id());
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace hermes::http_gateway
