// The parts list of the process: parse, assemble, run.

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/log_writer.h"
#include "base/metered_log.h"
#include "base/recent_log.h"
#include "base/strings.h"
#include "cli/arguments.h"
#include "cli/ctl.h"
#include "cli/dev.h"
#include "cli/inspect.h"
#include "cli/run.h"
#include "cli/secrets.h"
#include "cli/signals.h"
#include "cli/test_report.h"
#include "cli/test_runner.h"
#include "cli/throwaway_home.h"
#include "control/home_lock.h"
#include "extensions/all.h"
#include "io/machine.h"
#include "io/system_clock.h"
#include "net/outbound.h"
#include "net/server_certificates.h"
#include "p2p/content_fetcher.h"
#include "p2p/home_node.h"
#include "p2p/repository.h"
#include "runtime/engine.h"
#include "wasm/compile_apart.h"

namespace hermes {
namespace {

// Tells what the tests came to, and returns the exit code.
int test(runtime::Engine& engine, const cli::TestEnd& end, Clock& clock,
         const cli::Invocation& invocation) {
  const auto suites =
      cli::run_tests(engine, end, clock, invocation.paths, invocation.settings, invocation.test);
  engine.stop();
  std::cout << cli::report(suites, invocation.test.format) << std::flush;
  const auto code = end.code().value_or(cli::kClean);
  return code != cli::kClean || cli::all_passed(suites) ? code : cli::kFailed;
}

// Files, connections and databases of all apps are open at once.
void allow_most_files(const cli::Settings& settings, log::Log& log) {
  const auto most = io::allow_most_files();
  const auto connections = settings.http.connections;
  if (most > connections) return;
  log.write(
      {.level = log::Level::Warn,
       .message = concat("no more than ", most, " files can be open (ulimit -Hn): fewer than ",
                         connections, " connections and all else would need")});
}

// Null if it cannot be opened: apps that use no content run without.
std::unique_ptr<p2p::Repository> open_repository(const std::filesystem::path& home,
                                                 const cli::Settings& settings, log::Log& log) {
  auto opened = p2p::Repository::open(home, p2p::Repository::Role::Owner, settings.blocks);
  if (opened) return *std::move(opened);
  log.write({.level = log::Level::Error,
             .component = "ipfs",
             .message = concat("there is no content of IPFS: ", opened.error().message())});
  return nullptr;
}

// Null where there is to be none, or it cannot be who it was: what needs no peers works without.
Result<std::unique_ptr<p2p::HomeNode>> start_node(const std::filesystem::path& home,
                                                  const cli::Settings& settings,
                                                  p2p::Repository* repository, Clock& clock,
                                                  log::Log& log) {
  std::unique_ptr<p2p::HomeNode> none;
  if (settings.p2p_off || repository == nullptr) return none;
  auto node = p2p::HomeNode::start(home, settings.p2p, *repository, clock, log);
  if (node) return node;
  if (node.error().code() == Code::InvalidArgument) return std::move(node).error().context("[p2p]");
  log.write({.level = log::Level::Error,
             .component = "p2p",
             .message = concat("there is no network: ", node.error().message())});
  return none;
}

Result<int> start(const cli::Invocation& invocation) {
  const auto& settings = invocation.settings;
  const bool tests = invocation.command == cli::Command::Test;
  io::SystemClock clock;
  log::RecentLog recent_log;
  log::Writer writer(clock, settings.log, &recent_log);
  log::MeteredLog log(writer, clock, settings.log_limits);
  allow_most_files(settings, log);
  std::optional<cli::ThrowawayHome> throwaway_home;
  auto config = settings.engine;
  if (tests || invocation.command == cli::Command::Playground) {
    config = throwaway_home.emplace(TRY(cli::ThrowawayHome::make())).instead_of(config);
  }
  cli::TestEnd test_end;
  std::atomic<bool> is_ready = false;
  cli::Secrets secrets(settings.secrets, invocation.environment);
  std::unique_ptr<p2p::Repository> repository;
  std::unique_ptr<p2p::HomeNode> node;
  std::optional<p2p::ContentFetcher> content;
  const auto engine = TRY(runtime::Engine::create(config, clock, log));
  std::optional<control::HomeLock> lock;
  if (invocation.command == cli::Command::Run) lock = TRY(control::HomeLock::take(config.home));
  if (invocation.command != cli::Command::Inspect) {
    repository = open_repository(config.home, settings, log);
    node = TRY(start_node(config.home, settings, repository.get(), clock, log));
  }
  auto* const libp2p_node = node ? &node->node() : nullptr;
  if (repository) content.emplace(clock, repository->blocks(), libp2p_node);
  auto http = settings.http;
  if (!http.certificates.empty()) {
    http.tls = TRY(net::ServerCertificates::open(http.certificates).context("[http.certificates]"));
  }
  const auto outbound = TRY(net::Outbound::open(settings.outbound, engine->reactors()));
  auto extensions =
      extensions::all({.clock = clock,
                       .log = log,
                       .events = engine->events(),
                       .shutdown = tests ? static_cast<runtime::Shutdown&>(test_end) : *engine,
                       .breaches = engine->breaches(),
                       .reactors = engine->reactors(),
                       .outbound = outbound,
                       .is_ready = &is_ready,
                       .repository = repository.get(),
                       .content = content ? &*content : nullptr,
                       .node = libp2p_node},
                      {.home = config.home,
                       .http_gateway = http,
                       .log_format = settings.log.format,
                       .cron = settings.cron,
                       .ipfs = settings.ipfs,
                       .kv_store = settings.kv_store,
                       .sqlite = settings.sqlite,
                       .wasi = settings.wasi,
                       .secrets = &secrets});
  if (invocation.command == cli::Command::Inspect) {
    const auto found = TRY(cli::inspect(invocation.paths.front(), settings, extensions, log));
    std::cout << (invocation.json ? json_of(found) : text_of(found)) << std::flush;
    return found.reasons.empty() ? cli::kClean : cli::kFailed;
  }
  TRY(engine->start(std::move(extensions)));
  if (tests) return test(*engine, test_end, clock, invocation);
  return cli::run(*engine, std::move(lock), invocation,
                  {clock, log, writer, recent_log, secrets, is_ready, http.tls, node.get(),
                   content ? &*content : nullptr});
}

// Whether the command runs code of others.
bool runs_apps(cli::Command command) {
  return command == cli::Command::Run || command == cli::Command::Dev ||
         command == cli::Command::Playground || command == cli::Command::Test;
}

void tell(const Error& error) {
  for (const auto line : split(error.message(), '\n')) {
    std::cerr << "hermes: " << escape_controls(line) << '\n';
  }
}

cli::Environment environment_of_process() {
  cli::Environment environment;
  for (char** variable = environ; *variable; ++variable) {
    const auto [name, value] = split_once(*variable, '=');
    environment.emplace(name, value.value_or(""));
  }
  return environment;
}

int finish(const Result<std::string>& told) {
  if (told) {
    std::cout << *told << std::flush;
    return cli::kClean;
  }
  tell(told.error());
  return cli::kFailed;
}

int main_of(const std::vector<std::string>& arguments) {
  // What the engine starts for itself, and nobody types.
  if (arguments.size() > 1 && arguments[1] == "compile") {
    return wasm::compile_process(std::span(arguments).subspan(2));
  }
  const auto parsed = cli::parse(arguments, environment_of_process());
  if (const auto* farewell = std::get_if<cli::Farewell>(&parsed)) {
    (farewell->code == cli::kClean ? std::cout : std::cerr) << farewell->text << std::flush;
    return farewell->code;
  }
  const auto& invocation = std::get<cli::Invocation>(parsed);
  if (invocation.command == cli::Command::Ctl) {
    return cli::ctl(invocation.ctl, invocation.settings.engine.home);
  }
  if (invocation.package.run) {
    return finish(invocation.package.run(invocation, io::SystemClock().now().utc));
  }
  if (invocation.ipfs.run) return finish(invocation.ipfs.run(invocation));
  if (runs_apps(invocation.command) && geteuid() == 0 && !invocation.settings.allow_root) {
    std::cerr << "hermes: apps are not run as root: start it as a user who may do less, or, in a "
                 "container say, with --allow-root (HERMES_ALLOW_ROOT=1)\n";
    return cli::kUsage;
  }
  if (invocation.command == cli::Command::Dev) return cli::dev(invocation);
  const bool serves =
      invocation.command == cli::Command::Run || invocation.command == cli::Command::Playground;
  if (serves) cli::block_signals();
  signal(SIGPIPE, SIG_IGN);  // A client that hangs up is a failed write, not the end.
  signal(SIGXFSZ, SIG_IGN);  // So is a file over the limit (ulimit -f).
  const auto code = start(invocation);
  if (code) return *code;
  tell(code.error());
  return cli::kFailed;
}

}  // namespace
}  // namespace hermes

int main(int argc, char** argv) {
  // What must not happen has its own exit code. Its last words are on standard error already.
  signal(SIGABRT, [](int) { _exit(hermes::cli::kInternal); });
  try {
    return hermes::main_of({argv, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "hermes: internal error: " << error.what() << '\n';
    return hermes::cli::kInternal;
  }
}
