#include "extensions/http_gateway/site.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "wasm/http_exchange.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {
namespace {

constexpr std::string_view kDomains[] = {".localhost", ".hermes.local"};
constexpr std::string_view kMachine[] = {"", "localhost", "127.0.0.1", "::1"};

Result<std::shared_ptr<const Site>> make_site(const runtime::App& app) {
  auto endpoints = TRY(Endpoints::read(app));
  Site site{.app = app.id,
            .name = lower_case(app.name),
            .turns = {},
            .www = app.www,
            .endpoints = std::move(endpoints),
            .turns_of_module = {}};
  for (const auto& module : app.modules) {
    const auto& turns = site.turns_of_module[module.id] = turns_of(module);
    if (!site.turns.empty() && site.turns.back().streams) continue;
    site.turns.insert(site.turns.end(), turns.begin(), turns.end());
  }
  return std::make_shared<const Site>(std::move(site));
}

}  // namespace

std::vector<Turn> turns_of(const runtime::ModuleSource& module) {
  std::vector<Turn> turns;
  if (module.exports(wit::http_gateway::ReplyEvent::kHandler)) turns.push_back({module.id});
  if (module.exports(wasm::IncomingRequest::kHandler)) turns.push_back({module.id, true});
  return turns;
}

Result<> Sites::put(const runtime::App& app) {
  const auto site = TRY(make_site(app));
  return table_.with([&](auto& current) -> Result<> {
    auto next = std::make_shared<Table>(*current);
    std::erase_if(next->by_name, [&](const auto& entry) { return entry.second->app == app.id; });
    if (next->of_machine && next->of_machine->app == app.id) next->of_machine = nullptr;
    if (!next->by_name.emplace(site->name, site).second) {
      return Error(Code::InvalidArgument,
                   concat("another app answers to '", site->name, kDomains[0], "'"));
    }
    if (site->endpoints.is_default()) {
      if (next->of_machine) {
        const auto* value = app.section("http")->find("default");
        return value->error(concat("the app '", next->of_machine->name, "' is the default"));
      }
      next->of_machine = site;
    }
    current = std::move(next);
    return {};
  });
}

void Sites::remove(const runtime::AppId& app) {
  table_.with([&](auto& current) {
    auto next = std::make_shared<Table>(*current);
    std::erase_if(next->by_name, [&](const auto& entry) { return entry.second->app == app; });
    if (next->of_machine && next->of_machine->app == app) next->of_machine = nullptr;
    current = std::move(next);
  });
}

std::shared_ptr<const Site> Sites::find(std::string_view host) const {
  const auto sites = table();
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto name = lower_case(host);
  if (std::ranges::find(kMachine, name) != std::end(kMachine)) return sites->of_machine;
  for (const auto domain : kDomains) {
    if (!name.ends_with(domain)) continue;
    const auto found =
        sites->by_name.find(std::string_view(name).substr(0, name.size() - domain.size()));
    if (found != sites->by_name.end()) return found->second;
  }
  return nullptr;
}

std::shared_ptr<const Sites::Table> Sites::table() const {
  return table_.with([](const auto& table) { return table; });
}

}  // namespace hermes::http_gateway
