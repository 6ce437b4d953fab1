#include "cli/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <future>

namespace hermes::cli {
namespace {

TEST(Signals, AreHandledOnceAndThenFurther) {
  block_signals();
  kill(getpid(), SIGTERM);  // Before anybody handles it.
  std::promise<void> first;
  std::promise<void> further;
  std::promise<void> reload;
  const Signals signals([&] { first.set_value(); }, [&] { further.set_value(); },
                        [&] { reload.set_value(); });
  first.get_future().wait();
  EXPECT_TRUE(signals.received());
  kill(getpid(), SIGINT);
  further.get_future().wait();
  kill(getpid(), SIGHUP);
  reload.get_future().wait();
}

TEST(Signals, EndWithoutAnyHavingCome) {
  const Signals signals([] { ADD_FAILURE(); }, [] { ADD_FAILURE(); }, [] { ADD_FAILURE(); });
  EXPECT_FALSE(signals.received());
}

}  // namespace
}  // namespace hermes::cli
