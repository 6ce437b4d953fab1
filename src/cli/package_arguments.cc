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
    {Command::App, "package", "Make a package of the app in a directory", "DIR",
     "directory with an app.json", app_package},
    {Command::App, "routes", "Show who answers which requests, in the order of asking", "APP",
     "package, or directory with an app.json", app_routes},
    {Command::Module, "package", "Make a package of the module in a directory", "DIR",
     "directory with a module.json", module_package},
    {Command::Key, "generate", "Make a key, and a certificate for it", "NAME", "whose they are",
     key_generate},
    {Command::Trust, "add", "Trust whom a certificate is of, or who signed a package", "FILE",
     "certificate in PEM, or package", trust_add},
    {Command::Trust, "list", "Show who is trusted", nullptr, nullptr, trust_list},
    {Command::Trust, "revoke", "Never trust a certificate again", "CERTIFICATE",
     "file in PEM, or the SHA-256 of one", trust_revoke},
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

void add_signing(CLI::App& command, PackageOptions& options) {
  command.add_option("--key", options.key, "private key in PEM")->type_name("FILE")->required();
  command
      .add_option("--cert", options.certificate,
                  "certificate of it in PEM, with those above it behind")
      ->type_name("FILE")
      ->required();
  command.add_flag("--publisher", options.publisher, "counter-sign the author's signature");
}

void add_verb(CLI::App& group, const Verb& verb, PackageOptions& options) {
  auto& command = *group.add_subcommand(verb.name, verb.help);
  command.fallthrough();
  command.callback([&options, &verb] { options.run = verb.run; });
  if (verb.operand)
    command.add_option(verb.operand, options.operand, verb.operand_help)->required();
  if (verb.run == app_package || verb.run == module_package) {
    add_output(command, "package to make", "FILE", options);
  } else if (verb.run == key_generate) {
    add_output(command, "files to make: PREFIX.key and PREFIX.pem", "PREFIX", options);
  } else if (verb.run == package_sign) {
    add_signing(command, options);
  } else {
    command.add_option("--trust", options.trust, "directory of trusted certificates [HOME/trust]")
        ->type_name("DIR");
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
