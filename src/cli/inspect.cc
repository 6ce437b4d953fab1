#include "cli/inspect.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

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

bool is_missing(const Inspection& inspection, std::string_view import) {
  return std::ranges::any_of(inspection.reasons,
                             [&](auto& reason) { return is_about(reason, import); });
}

bool is_event(std::string_view name) {
  return wasm::export_number(wasm::handler_of(name)) >= 0;
}

std::string array(const std::vector<std::string>& all, auto to_json) {
  std::string text;
  for (const auto& one : all) text += concat(text.empty() ? "" : ",", to_json(one));
  return concat("[", text, "]");
}

std::int64_t milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

std::string text_of(const Inspection& inspection) {
  const auto& [interface, reasons, limits] = inspection;
  const auto import_mark = [&](const std::string& import) {
    return is_missing(inspection, import) ? "missing   " : "provided  ";
  };
  const auto export_mark = [](const std::string& name) {
    return is_event(name) ? "event     " : "unused    ";
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

std::string json_of(const Inspection& inspection) {
  const auto& [interface, reasons, limits] = inspection;
  const auto import_json = [&](const std::string& name) {
    return concat(R"({"name":)", json_quote(name), R"(,"provided":)",
                  is_missing(inspection, name) ? "false" : "true", "}");
  };
  const auto export_json = [](const std::string& name) {
    return concat(R"({"name":)", json_quote(name), R"(,"event":)",
                  is_event(name) ? "true" : "false", "}");
  };
  return concat(R"({"runs":)", reasons.empty() ? "true" : "false", R"(,"reasons":)",
                array(reasons, json_quote), R"(,"imports":)", array(interface.imports, import_json),
                R"(,"exports":)", array(interface.exports, export_json),
                R"(,"limits":{"memory_bytes":)", limits.memory, R"(,"cpu_ms":)",
                milliseconds(limits.cpu), R"(,"wall_ms":)", milliseconds(limits.wall), "}}\n");
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
  auto reasons = TRY(link(component, options, extensions));
  return Inspection{component.interface(), std::move(reasons), engine.call_limits};
}

}  // namespace hermes::cli
