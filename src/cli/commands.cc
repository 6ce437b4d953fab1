#include "cli/commands.h"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/log_follower.h"
#include "cli/removal.h"

namespace hermes::cli {
namespace {

constexpr auto kPath = "path";
constexpr auto kApp = "app";
constexpr std::int64_t kLogLines = 100;
constexpr std::int64_t kMostLogLines = 1'000'000;

Result<std::string> text_of(const json::Value& request, std::string_view name) {
  return std::string(TRY(TRY(request.require(name))->string()));
}

Result<bool> flag_of(const json::Value& request, std::string_view name) {
  const auto* flag = request.find(name);
  return flag == nullptr ? Result<bool>(false) : flag->boolean();
}

std::string names(const auto& all) {
  std::string text;
  for (const auto& name : all) text += concat(text.empty() ? "" : ",", json_quote(name));
  return concat("[", text, "]");
}

std::int64_t milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// The members of what an app, or all of them, have used.
std::string members_of(const auto& usage) {
  const auto& failures = usage.failures;
  std::string met;
  for (std::size_t number = 0; number < runtime::kLimits; ++number) {
    const auto times = usage.breaches[number];
    if (times == 0) continue;
    const auto name = runtime::name(static_cast<runtime::Limit>(number));
    met += concat(met.empty() ? "" : ",", json_quote(name), ":", times);
  }
  return concat(R"("calls":)", usage.calls, R"(,"events":)", usage.events, R"(,"cpu_ms":)",
                milliseconds(usage.cpu), R"(,"trapped":)", failures.trapped, R"(,"out_of_memory":)",
                failures.out_of_memory, R"(,"out_of_time":)", failures.out_of_time,
                R"(,"cancelled":)", failures.cancelled, R"(,"refused":)",
                runtime::total(usage.breaches), R"(,"limits":{)", met, "}");
}

}  // namespace

Commands::Commands(const Needs& needs)
    : engine_(needs.engine),
      apps_(needs.apps),
      settings_(needs.settings),
      reconfiguration_(needs.reconfiguration),
      recent_log_(needs.recent_log),
      clock_(needs.clock),
      node_(needs.node, needs.content),
      start_(clock_.now()) {}

void Commands::handle(std::string request, control::Client client) {
  const auto done = [&]() -> Result<> {
    return answer(TRY(json::Document::parse(std::move(request), "request")), client);
  }();
  if (!done) client.end(control::error_answer(done.error().message()));
}

Result<> Commands::answer(const Request& request, control::Client& client) {
  const auto* command = TRY(request.root().require("command"));
  const auto name = TRY(command->string());
  if (name == "load") return load(request, client);
  if (name == "unload") return change(request, client, &Apps::unload);
  if (name == "reload") return change(request, client, &Apps::reload);
  if (name == "stop") return stop(request, client);
  if (name == "remove") return remove(request, client);
  if (name == "logs") return logs(request, client);
  if (name == "reload-config") return reload_config(request, client);
  if (NodeCommands::knows(name)) return node_.answer(request, client);
  if (name != "list" && name != "status") {
    return command->error(concat("there is no command '", name, "'"));
  }
  TRY(request.root().only({"command"}));
  client.end(name == "list" ? list() : status());
  return {};
}

Result<> Commands::load(const Request& request, control::Client& client) {
  TRY(request.root().only({"command", kPath}));
  const std::filesystem::path path = TRY(text_of(request.root(), kPath));
  if (!path.is_absolute()) return request.root().find(kPath)->error("expected an absolute path");
  perform(std::move(client), [this, path] { return apps_.load(path); });
  return {};
}

Result<> Commands::change(const Request& request, control::Client& client, Action action) {
  TRY(request.root().only({"command", kApp}));
  auto app = TRY(text_of(request.root(), kApp));
  perform(std::move(client), [this, action, app = std::move(app)] { return (apps_.*action)(app); });
  return {};
}

Result<> Commands::remove(const Request& request, control::Client& client) {
  const auto& root = request.root();
  TRY(root.only({"command", kApp, "purge"}));
  auto app = TRY(text_of(root, kApp));
  const bool purge = TRY(flag_of(root, "purge"));
  engine_.perform([this, client = std::move(client), app = std::move(app), purge]() mutable {
    auto removed = remove(app, purge);
    client.end(removed ? *std::move(removed) : control::error_answer(removed.error().message()));
  });
  return {};
}

// It stops first, if it runs.
Result<std::string> Commands::remove(const std::string& app, bool purge) {
  const auto& home = settings_.engine.home;
  const auto running = apps_.find(app);
  if (!running && running.error().code() != Code::NotFound) return running.error();
  const auto id = running ? running->id : TRY(app_with_data(home, app));
  if (running) TRY(apps_.unload(id));
  return cli::describe(TRY(remove_data(home, id, purge)));
}

// The client hears that the engine ends, and then waits until it has.
Result<> Commands::stop(const Request& request, control::Client& client) {
  TRY(request.root().only({"command", "now"}));
  const bool now = TRY(flag_of(request.root(), "now"));
  engine_.request(0);
  if (now) engine_.stop_now();
  client.send(R"({"ok":true})");
  waiting_.with([&](auto& waiting) { waiting.push_back(std::move(client)); });
  return {};
}

Result<> Commands::logs(const Request& request, control::Client& client) {
  const auto& root = request.root();
  TRY(root.only({"command", kApp, "lines", "follow"}));
  std::string app;  // The engine's own records are of none.
  if (root.find(kApp) != nullptr) app = TRY(apps_.find(TRY(text_of(root, kApp)))).id;
  const auto* lines = root.find("lines");
  const auto most = static_cast<std::size_t>(
      lines == nullptr ? kLogLines : TRY(lines->integer(0, kMostLogLines)));
  const bool follows = TRY(flag_of(root, "follow"));
  client.send(R"({"ok":true})");
  auto follower = std::make_unique<LogFollower>(std::move(client));
  if (follows) {
    recent_log_.follow(app, most, std::move(follower));
  } else {
    for (const auto& line : recent_log_.latest(app, most)) follower->take(line);
  }
  return {};
}

Result<> Commands::reload_config(const Request& request, control::Client& client) {
  TRY(request.root().only({"command"}));
  engine_.perform([this, client = std::move(client)]() mutable {
    const auto changes = reconfiguration_.reread();
    client.end(changes ? concat(R"({"ok":true,"changed":)", names(changes->changed),
                                R"(,"need_restart":)", names(changes->need_restart), "}")
                       : control::error_answer(changes.error().message()));
  });
  return {};
}

void Commands::perform(control::Client client, UniqueFunction<Result<AppState>()> task) {
  engine_.perform([this, client = std::move(client), task = std::move(task)]() mutable {
    const auto changed = task();
    client.end(changed ? concat(R"({"ok":true,"app":)", describe(*changed, false), "}")
                       : control::error_answer(changed.error().message()));
  });
}

std::string Commands::list() const {
  std::string apps;
  for (const auto& app : apps_.all()) {
    apps += concat(apps.empty() ? "" : ",", describe(app, false));
  }
  return concat(R"({"ok":true,"apps":[)", apps, "]}");
}

std::string Commands::status() const {
  const auto all = engine_.usage();
  std::string apps;
  for (const auto& app : apps_.all()) {
    apps += concat(apps.empty() ? "" : ",", describe(app, true));
  }
  return concat(R"({"ok":true,"version":")" HERMES_VERSION R"(","process":)", ::getpid(),
                R"(,"home":)", json_quote(settings_.engine.home.native()), R"(,"workers":)",
                engine_.reactors().size(), R"(,"uptime_ms":)",
                milliseconds(clock_.now().monotonic - start_.monotonic), R"(,"p2p":)",
                node_.state(), R"(,"apps":[)", apps, R"(],"all":{)", members_of(all), "}}");
}

std::string Commands::describe(const AppState& app, bool with_usage) const {
  auto text =
      concat(R"({"app":)", json_quote(app.id), R"(,"name":)", json_quote(app.name),
             R"(,"version":)", json_quote(app.version), R"(,"generation":)", app.generation,
             R"(,"phase":")", app.phase, R"(","path":)", json_quote(app.source.path.native()),
             R"(,"url":)", json_quote(url_of(app.name, settings_.http)), R"(,"hostnames":)",
             names(app.hostnames), R"(,"denied":)", names(app.denied.permissions),
             R"(,"denied_hostnames":)", names(app.denied.hostnames));
  if (const auto usage = with_usage ? engine_.usage(app.id) : std::nullopt) {
    text += concat(",", members_of(*usage));
  }
  return text + "}";
}

}  // namespace hermes::cli
