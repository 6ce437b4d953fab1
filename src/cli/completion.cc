#include "cli/completion.h"

#include <string_view>
#include <vector>

#include "base/strings.h"

namespace hermes::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// What can stand behind a command.
std::string words_of(const CLI::App& app) {
  std::string words;
  const auto add = [&](std::string_view dashes, std::string_view name) {
    words += concat(words.empty() ? "" : " ", dashes, name);
  };
  for (const auto* command : commands_of(app)) add("", command->get_name());
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_snames()) add("-", name);
    for (const auto& name : option->get_lnames()) add("--", name);
  }
  return words;
}

// The options of a group may also stand behind its commands.
void add_cases(std::string& cases, const CLI::App& app, const std::string& path,
               std::string inherited) {
  auto words = words_of(app);
  cases += concat("    '", path, "') words='", words, inherited, "' ;;\n");
  inherited.clear();
  if (!path.empty()) {
    for (const auto* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) {
        if (name != "help") inherited += concat(" --", name);
      }
    }
  }
  for (const auto* command : commands_of(app)) {
    add_cases(cases, *command, concat(path, " ", command->get_name()), inherited);
  }
}

void add_paths(std::string& paths, const CLI::App& app, const std::string& path) {
  for (const auto* command : commands_of(app)) {
    const auto of_command = concat(path, " ", command->get_name());
    paths += concat(paths.empty() ? "" : "|", "'", of_command, "'");
    add_paths(paths, *command, of_command);
  }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  std::string paths;
  add_cases(cases, app, "", "");
  add_paths(paths, app, "");
  const auto& name = app.get_name();
  return concat("# bash completion of ", name, ": written by `", name, " completion bash`.\n_",
                name,
                "() {\n"
                "  local current=${COMP_WORDS[COMP_CWORD]} path= words= word\n"
                "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                "    case \"$path $word\" in\n      ",
                paths,
                ") path+=\" $word\" ;;\n"
                "    esac\n"
                "  done\n"
                "  case $path in\n",
                cases,
                "  esac\n"
                "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                "  [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                "}\n"
                "complete -o filenames -F _",
                name, " ", name, "\n");
}

}  // namespace hermes::cli
