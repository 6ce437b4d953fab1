#include "cli/inspect.h"

#include <gtest/gtest.h>

namespace hermes::cli {
namespace {

TEST(Inspect, TellsWhatIsProvidedAndWhatIsAnEvent) {
  const wasm::ComponentInterface interface{
      .imports = {"hermes:logging/api#log", "hermes:sqlite/api#open", "hermes:sqlite/api-2#open"},
      .exports = {"hermes:cron/event#on-cron", "test:own/api#run"}};
  EXPECT_EQ(describe(interface,
                     {"it imports hermes:sqlite/api (open), which no extension of this engine "
                      "provides"},
                     {}),
            "imports\n"
            "  provided  hermes:logging/api#log\n"
            "  missing   hermes:sqlite/api#open\n"
            "  provided  hermes:sqlite/api-2#open\n"
            "exports\n"
            "  event     hermes:cron/event#on-cron\n"
            "  unused    test:own/api#run\n"
            "limits of a call\n"
            "  memory    128 MiB\n"
            "  processor 5000 ms\n"
            "  time      30000 ms\n"
            "This engine cannot run it:\n"
            "  it imports hermes:sqlite/api (open), which no extension of this engine provides\n");
}

TEST(Inspect, TellsOfAComponentThatNeedsNothing) {
  EXPECT_EQ(describe({}, {}, {}),
            "imports\n  none\nexports\n  none\nlimits of a call\n  memory    128 MiB\n"
            "  processor 5000 ms\n  time      30000 ms\nThis engine can run it.\n");
}

}  // namespace
}  // namespace hermes::cli
