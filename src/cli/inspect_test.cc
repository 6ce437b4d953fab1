#include "cli/inspect.h"

#include <gtest/gtest.h>

namespace hermes::cli {
namespace {

TEST(Inspect, TellsWhatIsProvidedAndWhatIsAnEvent) {
  const wasm::ComponentInterface interface{
      .imports = {"hermes:logging/api#log", "hermes:sqlite/api#open", "hermes:sqlite/api-2#open"},
      .exports = {"hermes:cron/event#on-cron", "test:own/api#run"}};
  const Inspection inspection{
      interface,
      {"it imports hermes:sqlite/api (open), which no extension of this engine provides"},
      {}};
  EXPECT_EQ(json_of(inspection),
            R"({"runs":false,"reasons":["it imports hermes:sqlite/api (open), which no )"
            R"(extension of this engine provides"],"imports":[)"
            R"({"name":"hermes:logging/api#log","provided":true},)"
            R"({"name":"hermes:sqlite/api#open","provided":false},)"
            R"({"name":"hermes:sqlite/api-2#open","provided":true}],"exports":[)"
            R"({"name":"hermes:cron/event#on-cron","event":true},)"
            R"({"name":"test:own/api#run","event":false}],)"
            R"("limits":{"memory_bytes":134217728,"cpu_ms":5000,"wall_ms":30000}})"
            "\n");
  EXPECT_EQ(text_of(inspection),
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
  EXPECT_EQ(text_of({}),
            "imports\n  none\nexports\n  none\nlimits of a call\n  memory    128 MiB\n"
            "  processor 5000 ms\n  time      30000 ms\nThis engine can run it.\n");
}

}  // namespace
}  // namespace hermes::cli
