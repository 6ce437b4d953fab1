#include "cli/completion_places.h"

#include "base/strings.h"

namespace hermes::cli {
namespace {

void add_options(std::vector<CompletionWord>& words, const CLI::App& app) {
  for (const auto* option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    for (const auto& name : option->get_snames()) {
      words.push_back({concat("-", name), option->get_description(), takes_value});
    }
    for (const auto& name : option->get_lnames()) {
      words.push_back({concat("--", name), option->get_description(), takes_value});
    }
  }
}

void add_place(CompletionPlaces& places, const CLI::App& app, std::string path,
               const std::vector<CompletionWord>& inherited) {
  CompletionPlace place{.path = std::move(path), .commands = {}, .options = {}};
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const auto* command : commands) {
    place.commands.push_back({command->get_name(), command->get_description()});
  }
  add_options(place.options, app);
  std::vector<CompletionWord> of_group;
  for (const auto& option : place.options) {
    const bool is_help = option.text == "--help" || option.text == "-h";
    if (!place.path.empty() && !is_help) of_group.push_back(option);
  }
  place.options.insert(place.options.end(), inherited.begin(), inherited.end());
  const auto above = place.path;
  places.push_back(std::move(place));
  for (const auto* command : commands) {
    add_place(places, *command, concat(above, " ", command->get_name()), of_group);
  }
}

}  // namespace

CompletionPlaces completion_places(const CLI::App& app) {
  CompletionPlaces places;
  add_place(places, app, "", {});
  return places;
}

}  // namespace hermes::cli
