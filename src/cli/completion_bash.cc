#include "base/strings.h"
#include "cli/completion.h"

namespace hermes::cli {

std::string bash_completion(const std::string& program, const CompletionPlaces& places) {
  std::string cases;
  std::string paths;
  for (const auto& place : places) {
    std::string words;
    for (const auto& word : place.commands) words += concat(words.empty() ? "" : " ", word.text);
    for (const auto& word : place.options) words += concat(words.empty() ? "" : " ", word.text);
    cases += concat("    '", place.path, "') words='", words, "' ;;\n");
    if (place.path.empty()) continue;
    paths += concat(paths.empty() ? "" : "|", "'", place.path, "'");
  }
  return concat("# bash completion of ", program, ": written by `", program,
                " completion bash`.\n_", program,
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
                program, " ", program, "\n");
}

}  // namespace hermes::cli
