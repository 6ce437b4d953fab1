#include "cli/inspect.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "base/escape.h"
#include "base/strings.h"
#include "io/machine.h"
#include "package/app_directory.h"
#include "wasm/engine.h"
#include "wasm/export_type.h"
#include "wasm/fit.h"
#include "wasm/http_exchange.h"
#include "wasm/linker.h"

namespace hermes::cli {
namespace {

// Why the engine cannot run the component, a line each.
Result<std::vector<std::string>> link(
    const wasm::CompiledComponent& component, const wasm::EngineOptions& options,
    std::span<const std::unique_ptr<runtime::Extension>> extensions) {
  wasm::Imports imports;
  for (const auto& extension : extensions) TRY(extension->link(imports));
  const wasm::MemoryBudget memory;
  const auto engine = TRY(wasm::Engine::create(options, imports, memory));
  const auto linked = engine->prepare(component, memory);
  std::vector<std::string> reasons;
  if (linked) return reasons;
  for (const auto line : split(linked.error().message(), '\n')) reasons.emplace_back(line);
  return reasons;
}

// Whether a reason is about the interface of this import: "it imports hermes:sqlite/api (open), …".
bool is_about(std::string_view reason, std::string_view import) {
  const auto name = concat("it imports ", split_once(import, '#').first);
  if (!reason.starts_with(name)) return false;
  const auto rest = reason.substr(name.size());
  return rest.empty() || rest.front() == ' ' || rest.front() == ',';
}

std::string list(const std::vector<std::string>& names, auto mark) {
  if (names.empty()) return "  none\n";
  std::string text;
  for (const auto& name : names) text += concat("  ", mark(name), escape_controls(name), "\n");
  return text;
}

std::int64_t milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

std::string describe(const wasm::ComponentInterface& interface,
                     const std::vector<std::string>& reasons, const runtime::CallLimits& limits) {
  const auto import_mark = [&](const std::string& import) {
    const bool missing = std::ranges::any_of(
        reasons, [&](const std::string& reason) { return is_about(reason, import); });
    return missing ? "missing   " : "provided  ";
  };
  const auto export_mark = [](const std::string& name) {
    return wasm::export_number(wasm::handler_of(name)) >= 0 ? "event     " : "unused    ";
  };
  auto text = concat("imports\n", list(interface.imports, import_mark), "exports\n",
                     list(interface.exports, export_mark), "limits of a call\n  memory    ",
                     limits.memory >> 20, " MiB\n  processor ", milliseconds(limits.cpu),
                     " ms\n  time      ", milliseconds(limits.wall), " ms\n");
  if (reasons.empty()) return text + "This engine can run it.\n";
  text += "This engine cannot run it:\n";
  for (const auto& reason : reasons) text += concat("  ", escape_controls(reason), "\n");
  return text;
}

Result<Inspection> inspect(const std::filesystem::path& file, const Settings& settings,
                           std::span<const std::unique_ptr<runtime::Extension>> extensions,
                           log::Log& log) {
  const auto& engine = settings.engine;
  const auto bytes = TRY(package::read_component(file, engine.compiler.limits.component));
  auto options = engine.wasm;
  options.slots = 1;
  options = wasm::fit(options, 1, io::most_mappings(), log);
  const auto compiler =
      TRY(wasm::Compiler::open(engine.code.empty() ? engine.home / "compiled" : engine.code,
                               engine.compiler, options.pooling, log));
  const auto component = TRY(compiler->compile(bytes, true));
  const auto reasons = TRY(link(component, options, extensions));
  return Inspection{describe(component.interface(), reasons, engine.call_limits), reasons.empty()};
}

}  // namespace hermes::cli
