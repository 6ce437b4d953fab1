#include "cli/test_report.h"

#include <gtest/gtest.h>

namespace hermes::cli {
namespace {

using namespace std::chrono_literals;

const std::vector<TestSuite> kSuites = {
    {"sums",
     {{.name = "adds", .took = 1500us},
      {.name = "a <b> & \"c\"\n", .failure = "it answered false", .took = 2ms}}},
    {"none", {}},
    {"fast", {{.name = "sorts", .took = 6ms, .runs = {1ms, 2ms, 3ms}}}},
};

TEST(TestReport, IsReadByPeople) {
  EXPECT_EQ(report(kSuites, TestFormat::Text),
            "sums\n"
            "  passed  adds (1.500 ms)\n"
            "  FAILED  a <b> & \"c\"\\n (2.000 ms)\n"
            "          it answered false\n"
            "none\n"
            "fast\n"
            "  passed  sorts: median 2.000 ms, 1.000 ms to 3.000 ms, 3 runs\n"
            "3 run in 9.500 ms: 2 passed, 1 failed\n");
}

TEST(TestReport, IsReadAsJson) {
  EXPECT_EQ(
      report(kSuites, TestFormat::Json),
      R"({"modules":[{"module":"sums","tests":[{"name":"adds","passed":true,"seconds":0.001500000},)"
      R"({"name":"a <b> & \"c\"\n","passed":false,"seconds":0.002000000,"failure":"it answered false"}]},)"
      R"({"module":"none","tests":[]},)"
      R"({"module":"fast","tests":[{"name":"sorts","passed":true,"seconds":0.006000000,"runs":3,)"
      R"("median":0.002000000,"least":0.001000000,"most":0.003000000}]}],)"
      R"("passed":2,"failed":1,"seconds":0.009500000})"
      "\n");
}

TEST(TestReport, IsReadAsJunit) {
  EXPECT_EQ(report(kSuites, TestFormat::Junit),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hermes" tests="3" failures="1" time="0.009500000">
  <testsuite name="sums" tests="2" failures="1" time="0.003500000">
    <testcase classname="sums" name="adds" time="0.001500000"/>
    <testcase classname="sums" name="a &lt;b&gt; &amp; &quot;c&quot;\n" time="0.002000000"><failure message="it answered false"/></testcase>
  </testsuite>
  <testsuite name="none" tests="0" failures="0" time="0.000000000">
  </testsuite>
  <testsuite name="fast" tests="1" failures="0" time="0.006000000">
    <testcase classname="fast" name="sorts" time="0.006000000"/>
  </testsuite>
</testsuites>
)");
}

}  // namespace
}  // namespace hermes::cli
