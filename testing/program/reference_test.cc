// What the documents say of the command line, and what the program says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The help of each command in docs/command-line.md, by the command: "hermes app sign".
std::map<std::string, std::string> documented() {
  std::map<std::string, std::string> commands;
  std::istringstream text(read(HERMES_SOURCE_DIR "/docs/command-line.md"));
  std::string command;
  std::string help;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (!inside && line.starts_with("## ")) command = line.substr(3);
    if (line == "```") {
      if (inside) commands[command] = std::exchange(help, {});
      inside = !inside;
    } else if (inside) {
      help += line + "\n";
    }
  }
  return commands;
}

std::vector<std::string> subcommands(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream text(help.substr(std::min(help.find("\nSubcommands:\n"), help.size())));
  std::string line;
  std::getline(text, line);
  std::getline(text, line);
  while (std::getline(text, line) && line.starts_with("  ")) {
    if (line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

TEST(Reference, SaysWhatTheProgramSays) {
  const auto commands = documented();
  ASSERT_TRUE(commands.contains("hermes"));
  for (const auto& [command, help] : commands) {
    std::vector<std::string> arguments;
    for (const auto word : split(command, ' ')) arguments.emplace_back(word);
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
    const auto said = hermes_command(arguments);
    EXPECT_EQ(said.code, 0) << command;
    EXPECT_EQ(trimmed(said.output), trimmed(help)) << command << ": run scripts/reference";
    for (const auto& name : subcommands(said.output)) {
      EXPECT_TRUE(commands.contains(concat(command, " ", name))) << command << " " << name;
    }
  }
}

TEST(Reference, OfExitCodesIsInTheManualAndTheHelp) {
  const auto help = hermes_command({"--help"}).output;
  const auto manual = read(HERMES_SOURCE_DIR "/docs/operations.md");
  for (const auto* code : {"0", "1", "2", "101"}) {
    EXPECT_THAT(help, HasSubstr(concat("\n  ", code, " ")));
    EXPECT_THAT(manual, HasSubstr(concat("\n| ", code, " | ")));
  }
}

TEST(ExitCodes, OfABugIs101) {
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("sleep");
  hermes.process().signal(SIGABRT);
  EXPECT_EQ(hermes.process().wait(), 101);
}

// What bash offers behind these words.
std::string completed(const std::string& words) {
  const auto script = concat("cd /; eval \"$(", HERMES_BINARY, " completion bash)\"; COMP_WORDS=(",
                             words, "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hermes; ",
                             "printf '%s ' \"${COMPREPLY[@]}\"");
  return run_program({"bash", "-c", script}).output;
}

// What fish offers for this line.
std::string offered_by_fish(const std::string& line) {
  const auto script = concat("cd /; ", HERMES_BINARY, " completion fish | source; complete -C '",
                             line, "' | string split -f 1 \\t | string join ' '");
  return trimmed(run_program({"fish", "--no-config", "-c", script}).output);
}

// What zsh makes of this line, in a terminal, when Tab is pressed at its end: the arguments that
// the command gets then.
std::string completed_by_zsh(const std::string& line) {
  const std::string script = R"zsh(
zmodload zsh/zpty
zpty shell TERM=dumb zsh -f -i
zpty -w shell 'cd /; autoload -Uz compinit; compinit -D -u; eval "$('$1' completion zsh)"'
zpty -w shell 'hermes() { print -r -- "[$*]" }; print rea""dy'
zpty -r shell output '*ready*'
zpty -w shell $2$'\t'
zpty -r shell output '*\[*\]*'
print -r -- ${${output##*\[}%%\]*}
)zsh";
  return trimmed(
      run_program({"timeout", "30", "zsh", "-f", "-c", script, "zsh", HERMES_BINARY, line}).output);
}

TEST(Completion, OfFishKnowsEveryCommandAndOption) {
  EXPECT_EQ(offered_by_fish("hermes pla"), "playground");
  EXPECT_EQ(offered_by_fish("hermes app ins"), "inspect");
  EXPECT_EQ(offered_by_fish("hermes app sign --pub"), "--publisher");
  EXPECT_EQ(offered_by_fish("hermes app sign --home /x --pub"), "--publisher");
  EXPECT_EQ(offered_by_fish("hermes ctl reload-"), "reload-config");
  EXPECT_EQ(offered_by_fish("hermes run --gra"), "--grace-ms");
  EXPECT_EQ(offered_by_fish("hermes app inspect /et"), "/etc/");
}

TEST(Completion, OfZshKnowsEveryCommandAndOption) {
  EXPECT_EQ(completed_by_zsh("hermes pla"), "playground");
  EXPECT_EQ(completed_by_zsh("hermes app ins"), "app inspect");
  EXPECT_EQ(completed_by_zsh("hermes app sign --pub"), "app sign --publisher");
  EXPECT_EQ(completed_by_zsh("hermes app sign --home /x --pub"), "app sign --home /x --publisher");
  EXPECT_EQ(completed_by_zsh("hermes ctl reload-"), "ctl reload-config");
  EXPECT_EQ(completed_by_zsh("hermes run --gra"), "run --grace-ms");
  EXPECT_EQ(completed_by_zsh("hermes app inspect /et"), "app inspect /etc");
}

TEST(Completion, KnowsEveryCommandAndOption) {
  EXPECT_THAT(completed("hermes ''"),
              AllOf(HasSubstr("run "), HasSubstr("ctl "), HasSubstr("app ")));
  EXPECT_EQ(completed("hermes pla"), "playground ");
  EXPECT_EQ(completed("hermes app ins"), "inspect ");
  EXPECT_EQ(completed("hermes app sign --pub"), "--publisher ");
  EXPECT_EQ(completed("hermes app sign --home /x --pub"), "--publisher ");
  EXPECT_EQ(completed("hermes ctl reload-"), "reload-config ");
  EXPECT_EQ(completed("hermes run --gra"), "--grace-ms ");
  EXPECT_EQ(completed("hermes app inspect /et"), "/etc ");
  EXPECT_EQ(hermes_command({"completion", "tcsh"}).code, 2);
}

}  // namespace
}  // namespace hermes::testing
