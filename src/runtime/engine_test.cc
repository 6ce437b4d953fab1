#include "runtime/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/strings.h"
#include "io/system_clock.h"
#include "runtime/scheduler_fixture.h"
#include "runtime/scripted_executor.h"
#include "testing/recording_log.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// Modules are scripts, found by the text that stands for their component.
class ScriptedBackend final : public Backend {
 public:
  explicit ScriptedBackend(const std::map<std::string, Script>& scripts) : scripts_(scripts) {}

  wasm::Linker& linker() override { return linker_; }
  Result<> open(std::size_t workers) override {
    machines_.resize(workers);
    for (auto& machine : machines_) executors_.push_back(&machine);
    return {};
  }
  std::span<Executor* const> executors() const override { return executors_; }
  Result<Module> load(const AppId&, const ModuleSource& source, bool) override {
    const auto script = scripts_.find(source.component);
    if (script == scripts_.end()) return Error(Code::InvalidArgument, "it is no component");
    Module module{.id = source.id, .handlers = {std::string(Ping::kHandler)}, .programs = {}};
    for (auto& machine : machines_) module.programs.push_back(machine.program(script->second));
    return module;
  }

 private:
  struct NoLinker final : wasm::Linker {
    Result<> define(std::string_view, const wasm::ImportTable&, void*) override { return {}; }
  };
  const std::map<std::string, Script>& scripts_;
  NoLinker linker_;
  std::deque<ScriptedExecutor> machines_;
  std::vector<Executor*> executors_;
};

class Journal {
 public:
  void add(std::string line) {
    lines_.with([&](auto& lines) { lines.push_back(std::move(line)); });
  }
  std::vector<std::string> take() {
    return lines_.with([](auto& lines) { return std::exchange(lines, {}); });
  }

 private:
  Guarded<std::vector<std::string>> lines_;
};

class JournalExtension : public Extension {
 public:
  JournalExtension(std::string name, Journal& journal)
      : name_(std::move(name)), journal_(journal) {}
  ~JournalExtension() override { add("destroyed"); }

  std::string_view name() const override { return name_; }
  Result<> link(wasm::Linker&) override { return note("link"); }
  Result<> start() override {
    add("start");
    if (start_error) return *start_error;
    return {};
  }
  Result<> app_started(const App& app) override {
    add(concat("app_started ", app.id));
    if (app_error) return *app_error;
    return {};
  }
  void app_opening(const App& app, UniqueFunction<void(Result<>)> ready) override {
    add(concat("app_opening ", app.id));
    if (opening) return opening(app, std::move(ready));
    ready({});
  }
  Result<> app_changed(const App& before, const App& after) override {
    add(concat("app_changed ", before.version, " ", after.version));
    if (change_error) return *change_error;
    return {};
  }
  void app_stopped(const AppId& app) override { add(concat("app_stopped ", app)); }
  void quiesce() override { add("quiesce"); }
  void stop() override { add("stop"); }

  std::optional<Error> start_error;
  std::optional<Error> app_error;
  std::optional<Error> change_error;
  std::function<void(const App&, UniqueFunction<void(Result<>)>)> opening;

 private:
  void add(std::string_view what) { journal_.add(concat(name_, ": ", what)); }
  Result<> note(std::string_view what) {
    add(what);
    return {};
  }

  const std::string name_;
  Journal& journal_;
};

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    scripts["returns"] = [](Poll&) { return Progress::Finished; };
    scripts["waits"] = [this](Poll& poll) {
      if (poll.count == 1) return Progress::Finished;
      waiting.set(poll.waker);
      return Progress::Waiting;
    };
    EngineConfig config;
    config.workers = 2;
    config.grace = kGrace;
    engine = *Engine::create(config, std::make_unique<ScriptedBackend>(scripts), clock, log);
    auto extension = std::make_unique<JournalExtension>("a", journal);
    first = extension.get();
    extensions.push_back(std::move(extension));
    extension = std::make_unique<JournalExtension>("b", journal);
    second = extension.get();
    extensions.push_back(std::move(extension));
  }

  void start() {
    ASSERT_TRUE(engine->start(std::move(extensions)));
    journal.take();
  }
  static App app(AppId id, std::string script) {
    App app{.id = id, .name = id, .version = script};
    app.modules.push_back({.id = "main", .component = std::move(script), .config = "{}"});
    return app;
  }
  void post(AppId app, std::string text, std::string source = "x") {
    const auto ticket = engine->events().post(
        Ping{text}, {.app = std::move(app)}, {"test", std::move(source)},
        {.on_reply =
             [this, text](Result<bool> reply) {
               journal.add(text + (reply.has_value() ? " replied" : " cancelled"));
             },
         .on_done =
             [this, text](EventOutcome outcome) {
               if (outcome == EventOutcome::AppStopped) journal.add(text + " app stopped");
             }});
    ASSERT_TRUE(ticket) << ticket.error().message();
  }

  static constexpr auto kGrace = 10s;
  hermes::testing::RecordingLog log;
  io::SystemClock clock;
  Journal journal;
  std::map<std::string, Script> scripts;
  Promise<std::shared_ptr<wasm::Waker>> waiting;
  std::vector<std::unique_ptr<Extension>> extensions;
  JournalExtension* first = nullptr;
  JournalExtension* second = nullptr;
  std::unique_ptr<Engine> engine;
};

TEST_F(EngineTest, LeadsExtensionsThroughTheirLife) {
  ASSERT_TRUE(engine->start(std::move(extensions)));
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  EXPECT_THAT(journal.take(),
              ElementsAre("a: link", "b: link", "a: start", "b: start", "a: app_started clock",
                          "b: app_started clock", "a: app_opening clock", "b: app_opening clock"));
  engine->stop();
  EXPECT_THAT(journal.take(), ElementsAre("b: quiesce", "a: quiesce", "b: app_stopped clock",
                                          "a: app_stopped clock", "b: stop", "a: stop",
                                          "b: destroyed", "a: destroyed"));
}

TEST_F(EngineTest, RefusesTwoExtensionsOfOneName) {
  extensions.push_back(std::make_unique<JournalExtension>("a", journal));
  EXPECT_EQ(engine->start(std::move(extensions)).error().message(), "two extensions are named 'a'");
}

TEST_F(EngineTest, StopsWhatHadStartedWhenAnExtensionDoesNot) {
  second->start_error = Error(Code::Busy, "the port is taken");
  EXPECT_EQ(engine->start(std::move(extensions)).error().message(),
            "starting extension 'b': the port is taken");
  journal.take();
  engine.reset();
  EXPECT_THAT(journal.take(), ElementsAre("a: quiesce", "a: stop", "b: destroyed", "a: destroyed"));
}

TEST_F(EngineTest, SaysWhatIsWrongWithEveryModule) {
  start();
  auto bad = app("clock", "returns");
  bad.modules.push_back({.id = "one", .component = "?", .config = "{}"});
  bad.modules.push_back({.id = "two", .component = "!", .config = "{}"});
  EXPECT_EQ(engine->start_app(bad).error().message(),
            "app 'clock': module 'one': it is no component\nmodule 'two': it is no component");
  EXPECT_THAT(journal.take(), ElementsAre());
  EXPECT_TRUE(engine->start_app(app("clock", "returns"))) << "nothing of it is left";
}

TEST_F(EngineTest, RefusesAnAppThatRunsAlready) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "an app named 'clock' is already running");
  ASSERT_TRUE(engine->stop_app("clock"));
  EXPECT_TRUE(engine->start_app(app("clock", "returns")));
}

TEST_F(EngineTest, DoesNotStartAnAppThatAnExtensionRefuses) {
  start();
  second->app_error = Error(Code::Denied, "not this one");
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': b: not this one");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_started clock", "b: app_started clock", "a: app_stopped clock"));
}

TEST_F(EngineTest, OpensAnAppOnceEveryExtensionIsReady) {
  start();
  // As hermes:init does: an event during the start decides.
  first->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    auto shared = std::make_shared<UniqueFunction<void(Result<>)>>(std::move(ready));
    post(opened.id, "early");
    ASSERT_TRUE(engine->events().post(Ping{}, {.app = opened.id}, {"init", ""},
                                      {.on_done =
                                           [&, shared](EventOutcome) {
                                             journal.add("init done");
                                             (*shared)({});
                                           }},
                                      {.during_start = true}));
  };
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  engine->stop();
  const auto lines = journal.take();
  EXPECT_LT(std::ranges::find(lines, "init done"), std::ranges::find(lines, "early replied"));
  EXPECT_NE(std::ranges::find(lines, "early replied"), lines.end());
}

TEST_F(EngineTest, EndsAnAppThatDoesNotGetReady) {
  start();
  second->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    post(opened.id, "early");
    ready(Error(Code::GuestFailed, "module 'main': init returned false"));
  };
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': module 'main': init returned false");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_started clock", "b: app_started clock", "a: app_opening clock",
                          "b: app_opening clock", "early app stopped", "b: app_stopped clock",
                          "a: app_stopped clock"));
  second->opening = nullptr;
  EXPECT_TRUE(engine->start_app(app("other", "returns")));
}

TEST_F(EngineTest, TakesADroppedAnswerForAnError) {
  start();
  second->opening = [](const App&, UniqueFunction<void(Result<>)>) {};
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': 'b' gave up");
}

TEST_F(EngineTest, LowersTheLimitsOfTheAppToItsOwn) {
  start();
  Promise<CallLimits> limits;
  scripts["limits"] = [&](Poll& poll) {
    limits.set(poll.info.app->limits);
    return Progress::Finished;
  };
  auto greedy = app("greedy", "limits");
  greedy.limits = {.memory = std::size_t{1} << 40, .cpu = 1ms, .wall = 1h, .calls = 1'000'000};
  ASSERT_TRUE(engine->start_app(greedy));
  post("greedy", "x");
  EXPECT_EQ(limits.get().memory, CallLimits{}.memory);
  EXPECT_EQ(limits.get().cpu, 1ms);
  EXPECT_EQ(limits.get().wall, CallLimits{}.wall);
  EXPECT_EQ(limits.get().calls, CallLimits{}.calls);
}

TEST_F(EngineTest, DrainsWhatIsQueuedWhenItStops) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  std::jthread stopping([&] { engine->stop(); });
  waiting.get()->wake();
  stopping.join();
  EXPECT_THAT(
      journal.take(),
      ElementsAre("a: app_started clock", "b: app_started clock", "a: app_opening clock",
                  "b: app_opening clock", ::testing::AnyOf("b: quiesce", "one replied"),
                  ::testing::_, ::testing::_, "b: app_stopped clock", "a: app_stopped clock",
                  "b: stop", "a: stop", "b: destroyed", "a: destroyed"));
}

TEST_F(EngineTest, CancelsTheRestWhenItStopsAtOnce) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  post("clock", "two");
  waiting.get();
  journal.take();
  engine->stop_now();
  engine->stop();
  EXPECT_THAT(journal.take(),
              ElementsAre("b: quiesce", "a: quiesce", "one cancelled", "two app stopped",
                          "b: app_stopped clock", "a: app_stopped clock", "b: stop", "a: stop",
                          "b: destroyed", "a: destroyed"));
  EXPECT_THAT(log.take_messages(),
              ElementsAre("the grace period is over: what still runs is cancelled"));
}

TEST_F(EngineTest, StopsWaitingWhenItIsToldTo) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  waiting.get();
  std::jthread stopping([&] { engine->stop(); });
  engine->stop_now();
}

TEST_F(EngineTest, StopsOneAppAndRunsTheOthersOn) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  ASSERT_TRUE(engine->start_app(app("other", "returns")));
  journal.take();
  post("clock", "one");
  ASSERT_TRUE(engine->stop_app("clock"));
  EXPECT_THAT(journal.take(),
              ElementsAre("one replied", "b: app_stopped clock", "a: app_stopped clock"));
  EXPECT_EQ(engine->stop_app("clock").error().message(), "no app 'clock' is running");
  EXPECT_EQ(engine->events().post(Ping{}, {.app = "clock"}, {"test", "x"}).error().code(),
            Code::NotFound);
  post("other", "two");
  engine->stop();
  EXPECT_THAT(journal.take().front(), ::testing::AnyOf("two replied", "b: quiesce"));
}

// Modules say who they are; a call for "held" waits.
class GenerationsTest : public EngineTest {
 protected:
  void start_old() {
    const auto program = std::make_shared<int>(0);
    old_program = program;
    scripts["old"] = saying("old", program);
    scripts["new"] = saying("new", nullptr);
    start();
    ASSERT_TRUE(engine->start_app(app("clock", "old")));
    scripts.erase("old");
    journal.take();
  }

  Script saying(const char* version, std::shared_ptr<int> program) {
    return [this, version, program](Poll& poll) {
      const auto& text = poll.event.as<Ping>().text;
      if (text == "held" && poll.count == 0) {
        waiting.set(poll.waker);
        return Progress::Waiting;
      }
      journal.add(concat(version, ": ", text, " ", poll.info.execution));
      answered = version;
      return Progress::Finished;
    };
  }

  /// Which generation an event goes to now.
  std::string ask() {
    Promise<int> done;
    EXPECT_TRUE(engine->events().post(Ping{"asks"}, {.app = "clock"}, {"test", "", true},
                                      {.on_done = [&](EventOutcome) { done.set(1); }}));
    done.get();
    return answered.load();
  }

  std::weak_ptr<int> old_program;
  std::atomic<const char*> answered{""};
};

TEST_F(GenerationsTest, TheNewOneTakesOverWhileTheOldOneFinishes) {
  start_old();
  post("clock", "held");
  post("clock", "queued");
  waiting.get();
  std::atomic<bool> updated{false};
  std::jthread update([&] {
    EXPECT_TRUE(engine->update_app(app("clock", "new")));
    updated = true;
  });
  while (ask() != "new") {
  }
  EXPECT_FALSE(updated) << "a call of the old one runs";
  journal.take();
  waiting.get()->wake();
  update.join();
  EXPECT_EQ(ask(), "new");
  engine->stop();
  const auto lines = journal.take();
  const auto place = [&](std::string_view line) {
    return std::ranges::find_if(lines, [&](const auto& l) { return l.starts_with(line); });
  };
  EXPECT_LT(place("old: held"), place("new: queued")) << "lanes span generations";
  EXPECT_NE(place("new: queued"), lines.end());
}

TEST_F(GenerationsTest, ExtensionsChangeBetweenOpeningAndTheFirstEvent) {
  start_old();
  second->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    EXPECT_EQ(opened.generation, 2U);
    auto shared = std::make_shared<UniqueFunction<void(Result<>)>>(std::move(ready));
    ASSERT_TRUE(engine->events().post(Ping{"init"}, {.app = opened.id}, {"init", ""},
                                      {.on_done = [shared](EventOutcome) { (*shared)({}); }},
                                      {.during_start = true}));
  };
  EXPECT_EQ(ask(), "old");
  ASSERT_TRUE(engine->update_app(app("clock", "new")));
  EXPECT_EQ(ask(), "new");
  EXPECT_THAT(
      journal.take(),
      ElementsAre("old: asks 1", "a: app_opening clock", "b: app_opening clock", "new: init 2",
                  "a: app_changed old new", "b: app_changed old new", "new: asks 3"))
      << "executions are counted on";
}

TEST_F(GenerationsTest, NothingIsLeftOfTheOldOne) {
  start_old();
  scripts["new"] = [](Poll&) { return Progress::Finished; };
  EXPECT_EQ(ask(), "old");
  EXPECT_FALSE(old_program.expired());
  ASSERT_TRUE(engine->update_app(app("clock", "new")));
  EXPECT_TRUE(old_program.expired());
}

TEST_F(GenerationsTest, TheOldOneStaysWhereTheNewOneDoesNotLoad) {
  start_old();
  EXPECT_EQ(engine->update_app(app("clock", "?")).error().message(),
            "app 'clock': module 'main': it is no component");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(), ElementsAre("old: asks 1"));
}

TEST_F(GenerationsTest, TheOldOneStaysWhereTheNewOneDoesNotOpen) {
  start_old();
  second->opening = [](const App&, UniqueFunction<void(Result<>)> ready) {
    ready(Error(Code::GuestFailed, "init returned false"));
  };
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(),
            "app 'clock': init returned false");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_opening clock", "b: app_opening clock", "old: asks 1"));
}

TEST_F(GenerationsTest, ExtensionsChangeBackWhereOneOfThemDoesNotChange) {
  start_old();
  second->change_error = Error(Code::InvalidArgument, "no such port");
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(),
            "app 'clock': b: no such port");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_opening clock", "b: app_opening clock", "a: app_changed old new",
                          "b: app_changed old new", "a: app_changed new old", "old: asks 1"));
}

TEST_F(GenerationsTest, OneOfAnAppThatDoesNotRunIsRefused) {
  start();
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(), "no app 'clock' is running");
}

TEST_F(EngineTest, WaitsForTheFirstRequestToShutDown) {
  std::jthread asking([&] {
    engine->request(3);
    engine->request(4);
  });
  asking.join();
  EXPECT_EQ(engine->wait(), 3);
  EXPECT_EQ(engine->wait(), 3);
}

TEST_F(EngineTest, HasAReactorForEachWorkerBeforeItStarts) {
  EXPECT_EQ(engine->reactors().size(), 2U);
}

}  // namespace
}  // namespace hermes::runtime
