#include "cli/arguments.h"

#include <map>
#include <optional>
#include <sstream>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/strings.h"
#include "cli/completion.h"
#include "cli/config_file.h"
#include "cli/ctl_arguments.h"
#include "cli/ipfs_arguments.h"
#include "cli/package_arguments.h"

namespace hermes::cli {
namespace {

constexpr auto kFooter = R"(
A setting comes from its flag, else from the environment (HERMES_PORT for --port), else from the
configuration file, else it is the default in [brackets]. Addresses of apps: http://NAME.localhost:PORT/

Exit codes:
  0  stopped by SIGINT, SIGTERM or `hermes ctl stop`, or by an app that called done(0)
  1  the engine failed, or no app could be started; ctl: the engine refused, or none runs; test: a
     test failed; inspect: the engine cannot run the component; app, ipfs, module, key, trust: it
     could not be done, or a package is not to be trusted
  2  the command line, the environment or the configuration is wrong
  101  a bug in the engine, which its last words tell
  n  an app called done(n)
)";

struct Subcommand {
  Command command;
  const char* name;
  const char* help;
  const char* argument;
  const char* argument_help;
};

constexpr Subcommand kSubcommands[] = {
    {Command::Run, "run", "Run apps until they or a signal end the engine", "APP",
     "packages (.happ), or directories with an app.json"},
    {Command::Dev, "dev", "Build and run an app, again after each change of its files", "DIR",
     "directory with an app.json"},
    {Command::Playground, "playground", "Run components as one throw-away app, which may end it",
     "COMPONENT", "files of components"},
    {Command::Test, "test", "Run the tests that components bring with them", "COMPONENT",
     "files of components"},
    {Command::Inspect, "inspect", "Show what a component needs and offers", "COMPONENT",
     "file of a component"},
};

// What was typed, before it is understood.
struct Typed {
  std::vector<std::string> paths;
  std::string config;
  std::map<const Setting*, std::string> flags;
  std::string format = "text";  // Of `test`, as the next.
  bool bench = false;
  bool json = false;                   // Of `inspect`.
  std::vector<std::string> untrusted;  // Of `run`, as the next.
  std::string apps;
};

void add_test_options(CLI::App& app, Typed& typed) {
  app.add_option("--format", typed.format, "text, junit or json [text]")
      ->type_name("")
      ->check(CLI::IsMember({"text", "junit", "json"}).description(""));
  app.add_flag("--bench", typed.bench, "run the benchmarks in place of the tests");
}

TestOptions test_options(const Typed& typed) {
  const auto format = typed.format == "junit"  ? TestFormat::Junit
                      : typed.format == "json" ? TestFormat::Json
                                               : TestFormat::Text;
  return {format, typed.bench};
}

void add_form(CLI::App& app, Typed& typed) {
  app.add_option_function<std::string>(
         "-o", [&typed](const std::string& form) { typed.json = form == "json"; },
         "text or json [text]")
      ->type_name("")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

void add_run_options(CLI::App& app, Typed& typed) {
  app.add_option("--untrusted", typed.untrusted,
                 "an app to run though nobody trusts who signed it; can be given again")
      ->type_name("APP")
      ->allow_extra_args(false);
  app.add_option("--apps", typed.apps, "run every app in this directory, which may be empty")
      ->type_name("DIR");
}

void add_settings(CLI::App& app, Typed& typed) {
  app.add_option("--config", typed.config, "configuration file (TOML)")->type_name("FILE");
  for (const auto& setting : all_settings()) {
    if (setting.flag.empty()) continue;
    auto& text = typed.flags[&setting];
    if (std::holds_alternative<Setting::Boolean>(setting.kind)) {
      app.add_flag_callback(
          concat("--", setting.flag), [&text] { text = "true"; }, std::string(setting.help));
    } else {
      app.add_option(concat("--", setting.flag), text, std::string(setting.help))->type_name("");
    }
  }
}

// For what needs to know of the engine only where it is.
void add_home(CLI::App& app, Typed& typed) {
  app.add_option("--config", typed.config, "configuration file of the engine")->type_name("FILE");
  for (const auto& setting : all_settings()) {
    if (setting.flag != "home") continue;
    app.add_option("--home", typed.flags[&setting], "home directory of the engine")->type_name("");
  }
}

void add_options(CLI::App& app, const Subcommand& subcommand, Typed& typed) {
  auto* paths = app.add_option(subcommand.argument, typed.paths, subcommand.argument_help);
  paths->required(subcommand.command != Command::Run);
  if (subcommand.command == Command::Run) add_run_options(app, typed);
  if (subcommand.command == Command::Inspect || subcommand.command == Command::Dev) {
    paths->expected(1);
  }
  if (subcommand.command == Command::Test) add_test_options(app, typed);
  if (subcommand.command == Command::Inspect) add_form(app, typed);
  add_settings(app, typed);
  app.footer(kFooter);
}

Result<Settings> settings_from(Command command, const CLI::App& app, const Typed& typed,
                               const Environment& environment) {
  Settings settings;
  // Throw-away apps do not get in the way of the engine that serves, and meet no peers.
  const bool stays = command == Command::Run || command == Command::Dev;
  if (!stays) settings.http.port = 0;
  settings.p2p_off = !stays;
  if (command == Command::Test) settings.log.minimum = log::Level::Warn;
  const auto variable = environment.find("HERMES_CONFIG");
  if (app.count("--config") > 0) {
    TRY(set_from_file(settings, typed.config));
  } else if (variable != environment.end() && !variable->second.empty()) {
    TRY(set_from_file(settings, variable->second).context("HERMES_CONFIG"));
  }
  TRY(set_from_environment(settings, environment));
  for (const auto& [setting, text] : typed.flags) {
    const auto flag = concat("--", setting->flag);
    if (app.count(flag) > 0) TRY(set_from_text(settings, *setting, text).context(flag));
  }
  TRY(complete(settings, environment));
  return settings;
}

Farewell farewell(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(error, out, err);
  return {code == 0 ? kClean : kUsage, out.str() + err.str()};
}

}  // namespace

std::variant<Invocation, Farewell> parse(const std::vector<std::string>& arguments,
                                         const Environment& environment) {
  CLI::App app("Hermes runs applications made of WebAssembly components.", "hermes");
  app.set_version_flag("--version", "hermes " HERMES_VERSION);
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.footer(kFooter);
  app.require_subcommand(1);
  std::map<Command, Typed> typed;
  std::map<Command, CLI::App*> subcommands;
  for (const auto& one : kSubcommands) {
    subcommands[one.command] = app.add_subcommand(one.name, one.help);
    add_options(*subcommands[one.command], one, typed[one.command]);
  }
  CtlOptions ctl;
  subcommands[Command::Ctl] = add_ctl(app, ctl);
  add_home(*subcommands[Command::Ctl], typed[Command::Ctl]);
  IpfsOptions ipfs;
  subcommands[Command::Ipfs] = add_ipfs(app, ipfs);
  add_home(*subcommands[Command::Ipfs], typed[Command::Ipfs]);
  PackageOptions package;
  for (const auto& [command, group] : add_package_groups(app, package)) {
    subcommands[command] = group;
    add_home(*group, typed[command]);
  }
  add_app_remove(*subcommands[Command::App], ctl);
  auto* completion =
      app.add_subcommand("completion", "Print a script that completes this command line");
  std::string shell;
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
      ->required();
  std::vector<const char*> argv;
  argv.reserve(arguments.size());
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  try {
    app.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::ParseError& error) {
    return farewell(app, error);
  }
  if (completion->parsed()) {
    const auto write = shell == "zsh"    ? &zsh_completion
                       : shell == "fish" ? &fish_completion
                                         : &bash_completion;
    return Farewell{kClean, write(app.get_name(), completion_places(app))};
  }
  for (const auto& [command, subcommand] : subcommands) {
    if (!subcommand->parsed()) continue;
    const auto& given = typed[command];
    auto settings = settings_from(command, *subcommand, given, environment);
    if (!settings) return Farewell{kUsage, concat("hermes: ", settings.error().message(), "\n")};
    if (command == Command::Run && given.paths.empty() && given.untrusted.empty() &&
        given.apps.empty()) {
      return Farewell{kUsage, "hermes: run: which APP?\nRun with --help for more information.\n"};
    }
    return Invocation{ctl.command.empty() ? command : Command::Ctl,
                      {given.paths.begin(), given.paths.end()},
                      *std::move(settings),
                      test_options(given),
                      std::move(ctl),
                      std::move(package),
                      std::move(ipfs),
                      {given.untrusted.begin(), given.untrusted.end()},
                      given.apps,
                      given.json,
                      arguments,
                      environment};
  }
  return Farewell{kUsage, app.help()};
}

}  // namespace hermes::cli
