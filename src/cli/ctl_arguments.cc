#include "cli/ctl_arguments.h"

#include <string_view>

namespace hermes::cli {
namespace {

struct Verb {
  const char* name;
  const char* help;
  const char* operand = nullptr;
  const char* operand_help = nullptr;
};

constexpr auto kApp = "name or id of an app";

constexpr Verb kVerbs[] = {
    {"list", "Which apps run"},
    {"status", "What the engine and its apps use, how calls failed, which limits were met"},
    {"load", "Start an app; where it runs, this version takes over once its init is done", "APP",
     "package (.happ), or directory with an app.json"},
    {"reload", "Load an app again from where it came", "APP", kApp},
    {"unload", "Let an app finish what it has begun, and stop it", "APP", kApp},
    {"remove", "Stop an app, and say where its data stays; also where no engine runs", "APP", kApp},
    {"logs",
     "The latest of what an app has logged and what was logged of it; without APP, of the engine",
     "APP", kApp},
    {"reload-config", "Read the configuration again, as at SIGHUP, and say what needs a restart"},
    {"stop", "Stop the engine as SIGTERM does, and wait until it has ended"},
};

void add_form(CLI::App& command, CtlOptions& options) {
  command
      .add_option_function<std::string>(
          "-o", [&options](const std::string& form) { options.json = form == "json"; },
          "text or json [text]")
      ->type_name("")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

void add_purge(CLI::App& command, CtlOptions& options) {
  command.add_flag("--purge", options.purge, "remove its data too, for good");
}

}  // namespace

void add_app_remove(CLI::App& group, CtlOptions& options) {
  auto* command = group.add_subcommand("remove", "Stop an app, and say where its data stays");
  command->fallthrough();
  command->callback([&options] { options.command = "remove"; });
  command->add_option("APP", options.operand, kApp)->required();
  add_purge(*command, options);
  add_form(*command, options);
}

CLI::App* add_ctl(CLI::App& app, CtlOptions& options) {
  auto* ctl = app.add_subcommand("ctl", "Talk to the engine that runs: list, load, reload, stop …");
  ctl->require_subcommand(1);
  add_form(*ctl, options);
  for (const auto& verb : kVerbs) {
    auto* command = ctl->add_subcommand(verb.name, verb.help);
    command->fallthrough();
    command->callback([&options, &verb] { options.command = verb.name; });
    const std::string_view name = verb.name;
    if (verb.operand != nullptr) {
      command->add_option(verb.operand, options.operand, verb.operand_help)
          ->required(name != "logs");
    }
    if (name == "logs") {
      command->add_flag("-f,--follow", options.follow, "go on with what is logged from now on");
      command->add_option("-n,--lines", options.lines, "how many that are there already [100]")
          ->type_name("")
          ->check(CLI::NonNegativeNumber.description(""));
    }
    if (name == "remove") add_purge(*command, options);
    if (name == "stop") {
      command->add_flag("--now", options.now, "cancel what runs, without a grace period");
    }
  }
  return ctl;
}

}  // namespace hermes::cli
