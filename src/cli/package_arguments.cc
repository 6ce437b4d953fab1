#include "cli/package_arguments.h"

#include <string_view>

#include "cli/package_commands.h"

namespace hermes::cli {
namespace {

struct Group {
  Command command;
  const char* name;
  const char* help;
};

constexpr Group kGroups[] = {
    {Command::New, "new", "Begin an app or a module, in a language"},
    {Command::App, "app", "Make, sign and check packages of apps"},
    {Command::Module, "module", "Make, sign and check packages of modules"},
    {Command::Key, "key", "Make keys to sign packages with"},
    {Command::Trust, "trust", "Say whose packages may run"},
};

struct Verb {
  Command group;
  const char* name;
  const char* help;
  const char* operand;  // Null if it has none.
  const char* operand_help;
  decltype(PackageOptions::run) run;
};

constexpr Verb kVerbs[] = {
    {Command::New, "app", "Begin an app, which answers a request", "NAME", "of the app", new_app},
    {Command::New, "module", "Begin a module, for apps to take", "NAME", "of the module",
     new_module},
    {Command::App, "package", "Make a package of the app in a directory", "DIR",
     "directory with an app.json", app_package},
    {Command::App, "routes", "Show who answers which requests, in the order of asking", "APP",
     "package, or directory with an app.json", app_routes},
    {Command::App, "hand-over", "Give an app to another author, or to a new certificate", "NAME",
     "name of the app", app_hand_over},
    {Command::Module, "package", "Make a package of the module in a directory", "DIR",
     "directory with a module.json", module_package},
    {Command::Key, "generate", "Make a key, and a certificate for it", "NAME", "whose they are",
     key_generate},
    {Command::Trust, "add", "Trust whom a certificate is of, or who signed a package", "FILE",
     "certificate in PEM, or package", trust_add},
    {Command::Trust, "list", "Show who is trusted", nullptr, nullptr, trust_list},
    {Command::Trust, "revoke", "Never trust a certificate again, nor another with its key",
     "CERTIFICATE", "file in PEM, or the SHA-256 of one, or key: and that of a key", trust_revoke},
};

// What packages of both kinds have.
constexpr Verb kPackageVerbs[] = {
    {{}, "sign", "Add a signature to a package", "PACKAGE", "file to sign", package_sign},
    {{},
     "verify",
     "Check a package's files, and who signed them",
     "PACKAGE",
     "file to check",
     package_verify},
    {{},
     "inspect",
     "Show what is in a package, and what it asks for",
     "PACKAGE",
     "file to show",
     package_inspect},
};

void add_output(CLI::App& command, const char* help, const char* type, PackageOptions& options) {
  command.add_option("-o,--output", options.output, help)->type_name(type)->required();
}

void add_template(CLI::App& command, PackageOptions& options) {
  command.add_option("--lang", options.language, "c, cpp, rust, go, js or python")
      ->type_name("")
      ->check(CLI::IsMember({"c", "cpp", "rust", "go", "js", "python"}).description(""))
      ->required();
  command.add_option("-o,--output", options.output, "directory to make [NAME]")->type_name("DIR");
}

void add_key(CLI::App& command, PackageOptions& options) {
  command.add_option("--key", options.key, "private key in PEM")->type_name("FILE")->required();
  command
      .add_option("--cert", options.certificate,
                  "certificate of it in PEM, with those above it behind")
      ->type_name("FILE")
      ->required();
}

void add_signing(CLI::App& command, PackageOptions& options) {
  add_key(command, options);
  command.add_flag("--publisher", options.publisher, "counter-sign the author's signature");
  command
      .add_option("--hand-over", options.hand_over,
                  "of an app that was another author's: what `hermes app hand-over` made for you")
      ->type_name("FILE");
}

void add_hand_over(CLI::App& command, PackageOptions& options) {
  add_key(command, options);
  command.add_option("--to", options.to, "certificate in PEM of the new author")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--after", options.hand_over, "hand-over by which you have got the app yourself")
      ->type_name("FILE");
  add_output(command, "hand-over to make", "FILE", options);
}

void add_trust(CLI::App& command, const Verb& verb, PackageOptions& options) {
  command.add_option("--trust", options.trust, "directory of trusted certificates [HOME/trust]")
      ->type_name("DIR");
  if (verb.run != package_inspect && verb.run != package_verify && verb.run != trust_list) return;
  command
      .add_option_function<std::string>(
          "-o", [&options](const std::string& form) { options.json = form == "json"; },
          "text or json [text]")
      ->type_name("")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

void add_verb(CLI::App& group, const Verb& verb, PackageOptions& options) {
  auto& command = *group.add_subcommand(verb.name, verb.help);
  command.fallthrough();
  command.callback([&options, &verb] { options.run = verb.run; });
  if (verb.operand)
    command.add_option(verb.operand, options.operand, verb.operand_help)->required();
  if (verb.group == Command::New) {
    add_template(command, options);
  } else if (verb.run == app_package || verb.run == module_package) {
    add_output(command, "package to make", "FILE", options);
  } else if (verb.run == key_generate) {
    add_output(command, "files to make: PREFIX.key and PREFIX.pem", "PREFIX", options);
  } else if (verb.run == package_sign) {
    add_signing(command, options);
  } else if (verb.run == app_hand_over) {
    add_hand_over(command, options);
  } else {
    add_trust(command, verb, options);
  }
}

}  // namespace

std::vector<std::pair<Command, CLI::App*>> add_package_groups(CLI::App& app,
                                                              PackageOptions& options) {
  std::vector<std::pair<Command, CLI::App*>> groups;
  for (const auto& group : kGroups) {
    auto* added = app.add_subcommand(group.name, group.help)->require_subcommand(1);
    for (const auto& verb : kVerbs) {
      if (verb.group == group.command) add_verb(*added, verb, options);
    }
    const bool packages = group.command == Command::App || group.command == Command::Module;
    for (const auto& verb : kPackageVerbs) {
      if (packages) add_verb(*added, verb, options);
    }
    groups.emplace_back(group.command, added);
  }
  return groups;
}

}  // namespace hermes::cli
