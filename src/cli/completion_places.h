#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace hermes::cli {

/// A command or an option that can stand behind a command.
struct CompletionWord {
  std::string text;  // "sign", "--publisher", "-o"
  std::string help;
  bool takes_value = false;
};

/// What can stand behind a command.
struct CompletionPlace {
  std::string path;  // "" of the program, " app sign"
  std::vector<CompletionWord> commands;
  std::vector<CompletionWord> options;  // Also those of the group that it is in.
};

using CompletionPlaces = std::vector<CompletionPlace>;

/// Of the program and of each of its commands.
CompletionPlaces completion_places(const CLI::App& app);

}  // namespace hermes::cli
