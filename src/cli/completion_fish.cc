#include <string_view>

#include "base/strings.h"
#include "cli/completion.h"

namespace hermes::cli {
namespace {

std::string in_quotes(std::string_view text) {
  std::string escaped = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "'";
}

std::string option(std::string_view complete, const CompletionWord& word) {
  const bool is_long = word.text.starts_with("--");
  return concat(complete, is_long ? " -l " : " -s ", word.text.substr(is_long ? 2 : 1),
                word.takes_value ? " -r" : "", " -d ", in_quotes(word.help), "\n");
}

}  // namespace

std::string fish_completion(const std::string& program, const CompletionPlaces& places) {
  std::string paths;
  std::string lines;
  for (const auto& place : places) {
    if (!place.path.empty()) paths += concat(" '", place.path, "'");
    const auto complete =
        concat("complete -c ", program, " -n \"__", program, "_is_at '", place.path, "'\"");
    for (const auto& word : place.commands) {
      lines += concat(complete, " -f -a ", word.text, " -d ", in_quotes(word.help), "\n");
    }
    for (const auto& word : place.options) lines += option(complete, word);
  }
  return concat("# fish completion of ", program, ": written by `", program,
                " completion fish`.\nfunction __", program,
                "_is_at\n"
                "    set -l at\n"
                "    set -l words (commandline -opc)\n"
                "    set -e words[1]\n"
                "    for word in $words\n"
                "        switch \"$at $word\"\n"
                "            case",
                paths,
                "\n"
                "                set at \"$at $word\"\n"
                "        end\n"
                "    end\n"
                "    test \"$at\" = $argv[1]\n"
                "end\n",
                lines);
}

}  // namespace hermes::cli
