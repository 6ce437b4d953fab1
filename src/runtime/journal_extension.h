#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/strings.h"
#include "base/unique_function.h"
#include "runtime/extension.h"

namespace hermes::runtime {

/// Lines, in the order in which they came. Thread-safe.
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

/// For tests: writes down what is asked of it, and fails where it is told to.
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

}  // namespace hermes::runtime
