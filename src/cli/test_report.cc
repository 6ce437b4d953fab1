#include "cli/test_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "base/escape.h"
#include "base/strings.h"

namespace hermes::cli {
namespace {

using std::chrono::nanoseconds;

struct Sum {
  std::size_t passed = 0;
  std::size_t failed = 0;
  nanoseconds took = {};

  void add(const TestCase& test) {
    (test.passed() ? passed : failed) += 1;
    took += test.took;
  }
};

Sum sum_of(const TestSuite& suite) {
  Sum sum;
  for (const auto& test : suite.cases) sum.add(test);
  return sum;
}

Sum sum_of(const std::vector<TestSuite>& suites) {
  Sum sum;
  for (const auto& suite : suites) {
    for (const auto& test : suite.cases) sum.add(test);
  }
  return sum;
}

// "0.012345678"
std::string seconds(nanoseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9f", std::chrono::duration<double>(time).count());
  return text.data();
}

// "12.346 ms"
std::string milliseconds(nanoseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f ms",
                std::chrono::duration<double, std::milli>(time).count());
  return text.data();
}

nanoseconds median(const TestCase& test) {
  return test.runs[test.runs.size() / 2];
}

std::string timing(const TestCase& test) {
  if (test.runs.empty()) return concat(" (", milliseconds(test.took), ")");
  return concat(": median ", milliseconds(median(test)), ", ", milliseconds(test.runs.front()),
                " to ", milliseconds(test.runs.back()), ", ", test.runs.size(), " runs");
}

std::string text(const std::vector<TestSuite>& suites) {
  std::string text;
  for (const auto& [module, cases] : suites) {
    text += concat(escape_controls(module), "\n");
    for (const auto& test : cases) {
      text += concat(test.passed() ? "  passed  " : "  FAILED  ", escape_controls(test.name),
                     timing(test), "\n");
      if (!test.passed()) text += concat("          ", escape_controls(test.failure), "\n");
    }
  }
  const auto [passed, failed, took] = sum_of(suites);
  return text + concat(passed + failed, " run in ", milliseconds(took), ": ", passed, " passed, ",
                       failed, " failed\n");
}

std::string json(const TestCase& test) {
  auto text = concat(R"({"name":)", json_quote(test.name), R"(,"passed":)",
                     test.passed() ? "true" : "false", R"(,"seconds":)", seconds(test.took));
  if (!test.passed()) text += concat(R"(,"failure":)", json_quote(test.failure));
  if (!test.runs.empty()) {
    text += concat(R"(,"runs":)", test.runs.size(), R"(,"median":)", seconds(median(test)),
                   R"(,"least":)", seconds(test.runs.front()), R"(,"most":)",
                   seconds(test.runs.back()));
  }
  return text + "}";
}

std::string json(const std::vector<TestSuite>& suites) {
  std::string modules;
  for (const auto& suite : suites) {
    std::string tests;
    for (const auto& test : suite.cases) tests += concat(tests.empty() ? "" : ",", json(test));
    modules += concat(modules.empty() ? "" : ",", R"({"module":)", json_quote(suite.module),
                      R"(,"tests":[)", tests, "]}");
  }
  const auto [passed, failed, took] = sum_of(suites);
  return concat(R"({"modules":[)", modules, R"(],"passed":)", passed, R"(,"failed":)", failed,
                R"(,"seconds":)", seconds(took), "}\n");
}

// As the value of an attribute.
std::string xml_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : escape_controls(text)) {
    switch (c) {
      case '&':
        quoted += "&amp;";
        break;
      case '<':
        quoted += "&lt;";
        break;
      case '>':
        quoted += "&gt;";
        break;
      case '"':
        quoted += "&quot;";
        break;
      default:
        quoted += c;
    }
  }
  return quoted + '"';
}

std::string counts(const Sum& sum) {
  return concat(" tests=\"", sum.passed + sum.failed, "\" failures=\"", sum.failed, "\" time=\"",
                seconds(sum.took), "\"");
}

std::string junit(const std::vector<TestSuite>& suites) {
  auto text = concat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hermes\"",
                     counts(sum_of(suites)), ">\n");
  for (const auto& suite : suites) {
    text += concat("  <testsuite name=", xml_quote(suite.module), counts(sum_of(suite)), ">\n");
    for (const auto& test : suite.cases) {
      text += concat("    <testcase classname=", xml_quote(suite.module),
                     " name=", xml_quote(test.name), " time=\"", seconds(test.took), "\"");
      text += test.passed()
                  ? "/>\n"
                  : concat("><failure message=", xml_quote(test.failure), "/></testcase>\n");
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace

std::string report(const std::vector<TestSuite>& suites, TestFormat format) {
  switch (format) {
    case TestFormat::Junit:
      return junit(suites);
    case TestFormat::Json:
      return json(suites);
    case TestFormat::Text:
      break;
  }
  return text(suites);
}

}  // namespace hermes::cli
