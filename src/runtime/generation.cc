#include "runtime/generation.h"

#include <algorithm>

namespace hermes::runtime {

bool Module::handles(std::string_view handler) const {
  return std::ranges::binary_search(handlers, handler, {},
                                    [](const auto& name) { return std::string_view(name); });
}

const Module* Generation::find_module(const ModuleId& id) const {
  const auto found = std::ranges::find(modules, id, &Module::id);
  return found == modules.end() ? nullptr : &*found;
}

void Generation::find_modules(const Event& event, std::vector<const Module*>& found) const {
  const auto& named = event.target.modules;
  for (const auto& module : modules) {
    if (!named.empty() && std::ranges::find(named, module.id) == named.end()) continue;
    if (module.handles(event.handler())) found.push_back(&module);
  }
}

}  // namespace hermes::runtime
