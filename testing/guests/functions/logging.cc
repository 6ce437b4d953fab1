// hermes:logging, with what tries to look like another record, and what is too long to be one. What
// becomes of it is for the host to judge.

#include <optional>

#include "functions/tests.h"

namespace {

constexpr std::size_t kLongest = 64 << 10;

using Text = std::optional<std::string_view>;

void log(std::string_view message, Text data = {}, Text context = {}) {
  auto text = lend(message);
  auto json = lend(data.value_or(""));
  auto about = lend(context.value_or(""));
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_WARN, nullptr, nullptr, nullptr, nullptr,
                         context ? &about : nullptr, &text, data ? &json : nullptr);
}

bool line_ends() {
  const std::string context = "a\nb";
  log("first\n2026-01-01T00:00:00.000000000Z ERROR engine: forged\r\x1b[2J", {}, context);
  return true;
}

bool data_that_is_not_json() {
  const std::string data = "{\"open\": \n";
  log("not JSON", data);
  return true;
}

bool backtrace() {
  const std::string data = R"json({"a": 1, "bt": ["newest()\n  at a.c:1", "oldest()"]})json";
  log("with a backtrace", data);
  return true;
}

bool nothing() {
  const std::string data;
  log("", data, data);
  return true;
}

bool longest_text() {
  log(std::string(kLongest, 'k'));
  return true;
}

// One that is, and two that are together.
bool texts_too_long() {
  const std::string data = "\"" + std::string(kLongest - 2, 'd') + "\"";
  log(std::string(kLongest + 1, 'd'));
  log("d", data);
  return true;
}

// None of these returns.

bool text_that_is_none() {
  log("\xc3\x28");
  return true;
}

bool text_that_is_elsewhere() {
  hermes_string_t text = {reinterpret_cast<std::uint8_t*>(16), 0x7fffffff};
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_INFO, nullptr, nullptr, nullptr, nullptr, nullptr,
                         &text, nullptr);
  return true;
}

bool level_that_is_none() {
  auto text = lend("at no level");
  hermes_logging_api_log(static_cast<hermes_logging_api_level_t>(77), nullptr, nullptr, nullptr,
                         nullptr, nullptr, &text, nullptr);
  return true;
}

constexpr Test kAll[] = {
    {"line ends", line_ends},
    {"data that is not JSON", data_that_is_not_json},
    {"backtrace", backtrace},
    {"nothing", nothing},
    {"longest text", longest_text},
    {"texts too long", texts_too_long},
    {"text that is none", text_that_is_none},
    {"text that is elsewhere", text_that_is_elsewhere},
    {"level that is none", level_that_is_none},
};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
