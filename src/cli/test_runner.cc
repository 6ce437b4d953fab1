#include "cli/test_runner.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "base/strings.h"
#include "extensions/integration_test/question.h"
#include "package/app_directory.h"

namespace hermes::cli {
namespace {

namespace fs = std::filesystem;
using integration_test::Answer;
using integration_test::Kind;
using std::chrono::nanoseconds;

constexpr std::uint32_t kMaxTests = 10'000;  // Of a module, which might never say `none`.
constexpr std::size_t kMaxRuns = 100;        // Of a benchmark, after one that is not counted.
constexpr auto kBenchTime = std::chrono::seconds(2);

class Runner {
 public:
  Runner(runtime::Engine& engine, const TestEnd& end, Clock& clock, const Settings& settings,
         const TestOptions& options)
      : engine_(engine), end_(end), clock_(clock), settings_(settings), options_(options) {}

  TestSuite run(const fs::path& file) {
    TestSuite suite{.module = file.stem().string(), .cases = {}};
    if (ended()) {
      suite.cases = {not_run("can be tested")};
    } else if (auto cases = run_all(file, suite.module)) {
      suite.cases = *std::move(cases);
    } else {
      suite.cases = {{.name = "can be tested", .failure = cases.error().message()}};
    }
    return suite;
  }

 private:
  bool ended() const { return end_.code().has_value(); }

  static TestCase not_run(const std::string& name) {
    return {.name = name, .failure = "it was not run, since a test before it has called `done`"};
  }

  Result<std::vector<TestCase>> run_all(const fs::path& file, const std::string& module) {
    const auto most = settings_.engine.compiler.limits.component;
    component_ = TRY(package::read_component(file, most).context(file.string()));
    module_ = module;
    const auto names = TRY(names_of_tests());
    std::vector<TestCase> cases;
    for (std::uint32_t number = 0; number < names.size(); ++number) {
      cases.push_back(ended() ? not_run(names[number]) : run_one(number, names[number]));
    }
    return cases;
  }

  Result<std::vector<std::string>> names_of_tests() {
    return with_app([&](const runtime::AppId& app) -> Result<std::vector<std::string>> {
      std::vector<std::string> names;
      for (std::uint32_t number = 0; number < kMaxTests; ++number) {
        auto answer = TRY(ask(app, number, false));
        if (!answer) return names;
        names.push_back(std::move(answer->name));
      }
      return Error(Code::LimitReached, concat("it has more than ", kMaxTests, " tests"));
    });
  }

  TestCase run_one(std::uint32_t number, const std::string& name) {
    TestCase test{.name = name};
    const auto ran = with_app([&](const runtime::AppId& app) -> Result<> {
      TRY(run_once(app, number, test));
      if (options_.bench) TRY(repeat(app, number, test));
      return {};
    });
    if (!ran) test.failure = ran.error().message();
    return test;
  }

  Result<> run_once(const runtime::AppId& app, std::uint32_t number, TestCase& test) {
    const auto begin = clock_.now().monotonic;
    const auto answer = ask(app, number, true);
    test.took = clock_.now().monotonic - begin;
    const auto result = TRY(answer);
    if (!result) return Error(Code::GuestFailed, "it is not there any more");
    if (!result->status) return Error(Code::GuestFailed, "it answered false");
    return {};
  }

  // After a first run, which is slower.
  Result<> repeat(const runtime::AppId& app, std::uint32_t number, TestCase& test) {
    const auto end = clock_.now().monotonic + kBenchTime;
    nanoseconds all{};
    while (test.runs.empty() || (test.runs.size() < kMaxRuns && clock_.now().monotonic < end)) {
      TRY(run_once(app, number, test));
      test.runs.push_back(test.took);
      all += test.took;
    }
    std::ranges::sort(test.runs);
    test.took = all;
    return {};
  }

  // In an app that nobody has used.
  template <typename F>
  auto with_app(F&& f) -> std::invoke_result_t<F, const runtime::AppId&> {
    const auto id = concat("local:test-", ++apps_);
    runtime::App app{.id = id,
                     .name = "test",
                     .version = "0.0.0",
                     .permissions = {"cron", "shutdown"},
                     .log_level = settings_.log.minimum,
                     .limits = settings_.engine.call_limits};
    app.modules.push_back({module_, component_, "{}"});
    TRY(engine_.start_app(std::move(app)));
    auto result = std::forward<F>(f)(id);
    TRY(engine_.stop_app(id));
    return result;
  }

  Answer ask(const runtime::AppId& app, std::uint32_t number, bool run) {
    const auto promise = std::make_shared<std::promise<Answer>>();
    const auto kind = options_.bench ? Kind::Bench : Kind::Test;
    integration_test::ask(engine_.events(), {app, kind, number, run},
                          [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return promise->get_future().get();  // The limits of calls see to it.
  }

  runtime::Engine& engine_;
  const TestEnd& end_;
  Clock& clock_;
  const Settings& settings_;
  const TestOptions& options_;
  std::string module_;
  std::string component_;
  std::uint64_t apps_ = 0;
};

}  // namespace

void TestEnd::request(int code) {
  code_.with([&](std::optional<int>& first) {
    if (!first) first = code;
  });
}

std::optional<int> TestEnd::code() const {
  return code_.with([](const std::optional<int>& first) { return first; });
}

std::vector<TestSuite> run_tests(runtime::Engine& engine, const TestEnd& end, Clock& clock,
                                 const std::vector<fs::path>& components, const Settings& settings,
                                 const TestOptions& options) {
  Runner runner(engine, end, clock, settings, options);
  std::vector<TestSuite> suites;
  for (const auto& component : components) suites.push_back(runner.run(component));
  return suites;
}

}  // namespace hermes::cli
