#include "extensions/http_gateway/site.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/strings.h"
#include "extensions/http_gateway/auth_cache.h"
#include "wasm/http_exchange.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {
namespace {

constexpr std::string_view kDomains[] = {".localhost", ".hermes.local"};

Result<std::shared_ptr<const Site>> make_site(const runtime::App& app) {
  auto section = TRY(Section::read(app));
  auto outbound = TRY(net::OutboundHosts::among(app.permissions));
  const bool has_content = section.has_content && app.permissions.contains("ipfs");
  Site site{.app = app.id,
            .name = lower_case(app.name),
            .turns = {},
            .turns_of_module = {},
            .www = app.www,
            .section = std::move(section),
            .has_content = has_content,
            .outbound = std::make_shared<const net::OutboundHosts>(std::move(outbound)),
            .auth_cache = std::make_shared<AuthCache>()};
  for (const auto& module : app.modules) {
    const auto& turns = site.turns_of_module[module.id] = turns_of(module);
    if (!site.turns.empty() && site.turns.back().streams) continue;
    site.turns.insert(site.turns.end(), turns.begin(), turns.end());
  }
  return std::make_shared<const Site>(std::move(site));
}

// Whether it names the machine, and no app.
bool is_machine(const std::string& host) {
  if (host.empty() || host == "localhost") return true;
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

std::vector<Turn> turns_of(const runtime::ModuleSource& module) {
  std::vector<Turn> turns;
  if (module.exports(wit::http_gateway::ReplyEvent::kHandler)) turns.push_back({module.id});
  if (module.exports(wasm::IncomingRequest::kHandler)) turns.push_back({module.id, true});
  return turns;
}

void Sites::Table::remove(const runtime::AppId& app) {
  const auto is_of_app = [&](const auto& entry) { return entry.second->app == app; };
  std::erase_if(by_name, is_of_app);
  std::erase_if(by_host, is_of_app);
  if (of_machine && of_machine->app == app) of_machine = nullptr;
}

Result<> Sites::put(const runtime::App& app) {
  const auto site = TRY(make_site(app));
  return table_.with([&](auto& current) -> Result<> {
    auto next = std::make_shared<Table>(*current);
    next->remove(app.id);
    if (!next->by_name.emplace(site->name, site).second) {
      return Error(Code::InvalidArgument,
                   concat("another app answers to '", site->name, kDomains[0], "'"));
    }
    for (const auto& host : app.hostnames) {
      const auto [other, is_new] = next->by_host.emplace(lower_case(host), site);
      if (!is_new) {
        return Error(Code::InvalidArgument,
                     concat("the app '", other->second->name, "' answers to '", host, "'"));
      }
    }
    if (site->section.is_default) {
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
    next->remove(app);
    current = std::move(next);
  });
}

std::shared_ptr<const Site> Sites::find(std::string_view host) const {
  const auto sites = table();
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto name = lower_case(host);
  const auto named = sites->by_host.find(name);
  if (named != sites->by_host.end()) return named->second;
  for (const auto domain : kDomains) {
    if (!name.ends_with(domain)) continue;
    const auto found =
        sites->by_name.find(std::string_view(name).substr(0, name.size() - domain.size()));
    if (found != sites->by_name.end()) return found->second;
  }
  return is_machine(name) ? default_of(*sites) : nullptr;
}

std::shared_ptr<const Site> Sites::default_of(const Table& sites) const {
  const auto& chosen = options_.default_app;
  if (chosen.empty()) return sites.of_machine;
  const auto named = sites.by_name.find(lower_case(chosen));
  if (named != sites.by_name.end()) return named->second;
  const auto found = std::ranges::find_if(
      sites.by_name, [&](const auto& entry) { return entry.second->app == chosen; });
  return found == sites.by_name.end() ? nullptr : found->second;
}

std::shared_ptr<const Sites::Table> Sites::table() const {
  return table_.with([](const auto& table) { return table; });
}

}  // namespace hermes::http_gateway
