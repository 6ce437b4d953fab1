#pragma once

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/backend.h"
#include "runtime/scheduler_fixture.h"
#include "runtime/scripted_executor.h"

namespace hermes::runtime {

/// For tests: modules are scripts, found by the text that stands for their component. `scripts`
/// outlives it.
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
  LoadedModule load(const AppId&, const ModuleSource& source, bool) override {
    Module module{.id = source.id, .handlers = {std::string(Ping::kHandler)}, .programs = {}};
    const auto script = scripts_.find(source.component);
    if (script == scripts_.end()) {
      return {std::move(module), Error(Code::InvalidArgument, "it is no component")};
    }
    for (auto& machine : machines_) module.programs.push_back(machine.program(script->second));
    return {std::move(module)};
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

}  // namespace hermes::runtime
