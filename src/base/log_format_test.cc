#include "base/log_format.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/json.h"

namespace hermes::log {
namespace {

using namespace std::chrono;

constexpr UtcTime kTime = sys_days(2026y / January / 2) + 3h + 4min + 5s + 6ns;

constexpr Record kWhole{.level = Level::Warn,
                        .component = "logging",
                        .app = "board",
                        .module = "api",
                        .event = "hermes:cron/event#on-cron",
                        .execution = 7,
                        .context = "boot",
                        .file = "main.cc",
                        .function = "operator<",
                        .line = 12,
                        .column = 3,
                        .message = "it \"works\"",
                        .data = "{ \"a\" : [1, 2] }"};

TEST(LogFormat, WritesTheSameFieldsInBothForms) {
  EXPECT_EQ(
      format(Format::Text, kWhole, kTime),
      "2026-01-02T03:04:05.000000006Z WARN  logging app=board module=api "
      "event=hermes:cron/event#on-cron execution=7 ctx=boot file=main.cc function=\"operator<\" "
      "line=12 col=3: it \"works\" data={\"a\":[1,2]}\n");
  EXPECT_EQ(format(Format::Json, kWhole, kTime),
            R"({"time":"2026-01-02T03:04:05.000000006Z","level":"warn","component":"logging",)"
            R"("app":"board","module":"api","event":"hermes:cron/event#on-cron","execution":7,)"
            R"("ctx":"boot","file":"main.cc","function":"operator<","line":12,"col":3,)"
            R"("msg":"it \"works\"","data":{"a":[1,2]}})"
            "\n");
}

TEST(LogFormat, LeavesOutWhatIsAbsent) {
  const Record record{.message = "hello"};
  EXPECT_EQ(format(Format::Text, record, kTime),
            "2026-01-02T03:04:05.000000006Z INFO  engine: hello\n");
  EXPECT_EQ(format(Format::Json, record, kTime),
            R"({"time":"2026-01-02T03:04:05.000000006Z","level":"info","component":"engine",)"
            R"("msg":"hello"})"
            "\n");
}

TEST(LogFormat, NeverWritesAnotherRecordForAGuest) {
  const Record record{
      .component = "logging",
      .context = "a: b app=other\n",
      .message = "x\n2026-01-02T03:04:05.000000006Z ERROR engine: down\x1b[2K\x7f\u0085",
      .data = "not\njson"};
  EXPECT_EQ(format(Format::Text, record, kTime),
            "2026-01-02T03:04:05.000000006Z INFO  logging ctx=\"a: b app=other\\n\": "
            "x\\n2026-01-02T03:04:05.000000006Z ERROR engine: down\\u001b[2K\\u007f\\u0085 "
            "data=\"not\\njson\" data_is_json=false\n");
  EXPECT_EQ(format(Format::Json, record, kTime),
            R"({"time":"2026-01-02T03:04:05.000000006Z","level":"info","component":"logging",)"
            R"("ctx":"a: b app=other\n",)"
            R"("msg":"x\n2026-01-02T03:04:05.000000006Z ERROR engine: down\u001b[2K\u007f\u0085",)"
            R"("data":"not\njson","data_is_json":false})"
            "\n");
}

TEST(LogFormat, KeepsDataOnOneLine) {
  const Record record{.message = "m", .data = "{\n \"a\":\n \"b\u0085\" }\n"};
  EXPECT_EQ(format(Format::Text, record, kTime),
            "2026-01-02T03:04:05.000000006Z INFO  engine: m data={\"a\":\"b\\u0085\"}\n");
}

TEST(LogFormat, PrintsABacktraceBelow) {
  const Record record{
      .message = "panic",
      .data = R"({"a":1,"bt":["inner\nat main.cc:3","outer",{"no": "text"}],"b":2})"};
  EXPECT_EQ(format(Format::Text, record, kTime),
            "2026-01-02T03:04:05.000000006Z INFO  engine: panic data={\"a\":1,\"b\":2}\n"
            "    #0 inner\n"
            "       at main.cc:3\n"
            "    #1 outer\n"
            "    #2 {\"no\":\"text\"}\n");
  const auto line = format(Format::Json, record, kTime);
  const auto parsed = json::Document::parse(line, "line");
  ASSERT_TRUE(parsed) << parsed.error().message();
  const auto entries = *parsed->root().find("data")->find("bt")->array();
  EXPECT_EQ(*entries[0].string(), "inner\nat main.cc:3");
}

TEST(LogFormat, TakesABacktraceThatIsNoArrayForData) {
  const Record record{.message = "m", .data = R"({"bt":"here"})"};
  EXPECT_EQ(format(Format::Text, record, kTime),
            "2026-01-02T03:04:05.000000006Z INFO  engine: m data={\"bt\":\"here\"}\n");
}

}  // namespace
}  // namespace hermes::log
