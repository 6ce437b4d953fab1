#pragma once

#include <string>

#include "cli/completion_places.h"

namespace hermes::cli {

// Scripts that complete the command line of `program` in a shell.
std::string bash_completion(const std::string& program, const CompletionPlaces& places);
std::string zsh_completion(const std::string& program, const CompletionPlaces& places);
std::string fish_completion(const std::string& program, const CompletionPlaces& places);

}  // namespace hermes::cli
