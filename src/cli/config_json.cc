#include "cli/config_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/config_grants.h"

namespace hermes::cli {
namespace {

// The shortest that is read as the same.
std::string text_of(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  return {digits.begin(), end};
}

Result<std::string> array_of(const toml::array& array, std::string_view file) {
  std::string text;
  for (const auto& element : array) {
    text += concat(text.empty() ? "" : ",", TRY(to_json(element, file)));
  }
  return concat("[", text, "]");
}

Result<std::string> object_of(const toml::table& table, std::string_view file) {
  std::string text;
  for (const auto& [key, node] : table) {
    text += concat(text.empty() ? "" : ",", json_quote(key.str()), ":", TRY(to_json(node, file)));
  }
  return concat("{", text, "}");
}

}  // namespace

Result<std::string> to_json(const toml::node& node, std::string_view file) {
  if (const auto* text = node.as_string()) return json_quote(text->get());
  if (const auto* number = node.as_integer()) return concat(number->get());
  if (const auto* boolean = node.as_boolean())
    return std::string(boolean->get() ? "true" : "false");
  if (const auto* array = node.as_array()) return array_of(*array, file);
  if (const auto* table = node.as_table()) return object_of(*table, file);
  const auto* number = node.as_floating_point();
  if (number != nullptr && std::isfinite(number->get())) return text_of(number->get());
  return config_error(file, node.source(),
                      number != nullptr ? "there is no such number in JSON"
                                        : "there are no dates in JSON: write a text");
}

}  // namespace hermes::cli
