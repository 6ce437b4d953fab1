#include "testing/engine/guests.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/strings.h"

namespace hermes::testing {

std::string guest(std::string_view name) {
  const auto path = concat(HERMES_GUESTS, "/", name, ".wasm");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(concat(path, " is not there"));
  return {std::istreambuf_iterator(file), {}};
}

runtime::App app_of(std::string_view name, const std::vector<std::string_view>& guests) {
  runtime::App app{.id = concat("local:", name),
                   .name = std::string(name),
                   .version = "1",
                   .permissions = {"cron"}};
  for (const auto module : guests) {
    app.modules.push_back({.id = std::string(module), .component = guest(module), .config = "{}"});
  }
  return app;
}

}  // namespace hermes::testing
