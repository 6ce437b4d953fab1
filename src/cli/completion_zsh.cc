#include <string_view>
#include <vector>

#include "base/strings.h"
#include "cli/completion.h"

namespace hermes::cli {
namespace {

// In single quotes, and for `_describe`, which takes a colon for the end of the word.
std::string in_quotes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == ':') {
      escaped += "\\:";
    } else if (c == '\'') {
      escaped += R"('\'')";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string list_of(const std::vector<CompletionWord>& words) {
  std::string list;
  for (const auto& word : words) {
    list += concat(" '", in_quotes(word.text), ":", in_quotes(word.help), "'");
  }
  return list;
}

}  // namespace

std::string zsh_completion(const std::string& program, const CompletionPlaces& places) {
  std::string cases;
  std::string paths;
  for (const auto& place : places) {
    cases += concat("    ('", place.path, "')\n      commands=(", list_of(place.commands),
                    " )\n      options=(", list_of(place.options), " ) ;;\n");
    if (place.path.empty()) continue;
    paths += concat(paths.empty() ? "" : "|", "'", place.path, "'");
  }
  // It is read by `source`, or found as a file `_program` on zsh's own path.
  return concat("#compdef ", program, "\n# zsh completion of ", program, ": written by `", program,
                " completion zsh`.\n_", program,
                "() {\n"
                "  local at= word\n"
                "  local -a commands options\n"
                "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
                "    case \"$at $word\" in\n      (",
                paths,
                ") at+=\" $word\" ;;\n"
                "    esac\n"
                "  done\n"
                "  case $at in\n",
                cases,
                "  esac\n"
                "  if [[ $PREFIX == -* ]]; then\n"
                "    _describe -o option options\n"
                "  elif (( $#commands )); then\n"
                "    _describe command commands\n"
                "  else\n"
                "    _files\n"
                "  fi\n"
                "}\n"
                "if [[ $funcstack[1] == _",
                program, " ]]; then\n  _", program, " \"$@\"\nelse\n  compdef _", program, " ",
                program, "\nfi\n");
}

}  // namespace hermes::cli
