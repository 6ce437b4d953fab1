#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "extensions/http_gateway/endpoints.h"

// A method, a type and a path, a line each, against endpoints of every kind. Who takes the request
// takes its method and its type, and nobody who is asked earlier would have.

namespace {

using namespace hermes::http_gateway;

Endpoints endpoints() {
  static const auto kManifest = *hermes::json::Document::parse(R"([
      {"id": "a", "module": "m", "path": "/items/[0-9]+", "methods": ["GET", "DELETE"]},
      {"id": "b", "module": "m", "path": "/items/new"},
      {"id": "c", "module": "m", "path": "/items.*", "content_types": ["text/*", "a/b"]},
      {"id": "d", "module": "m", "path": "/(a|b)+c?", "methods": ["POST"]},
      {"id": "e", "module": "m", "path": "/.*", "methods": ["PUT"], "body_schema": {}}])",
                                                               "fuzz.json");
  hermes::runtime::App app;
  app.modules.push_back({.id = "m", .component = "", .config = ""});
  app.manifest = kManifest;
  return *Endpoints::read(kManifest.root(), app);
}

bool takes(const Endpoint& endpoint, const Question& question) {
  return endpoint.takes_path(question.path) && endpoint.takes_method(question.method) &&
         (!question.has_body || endpoint.takes_type(question.content_type));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kEndpoints = endpoints();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = hermes::split(text, '\n');
  if (lines.size() < 3) return 0;
  const Question question{lines[0], lines[2], !lines[1].empty(), lines[1]};
  const auto match = kEndpoints.match(question);
  const auto* found = std::get_if<const Endpoint*>(&match);
  for (const auto& endpoint : kEndpoints.all()) {
    if (found && *found == &endpoint) {
      if (!takes(endpoint, question)) std::abort();
      return 0;
    }
    if (takes(endpoint, question)) std::abort();
  }
  hermes::http_gateway::literal_of(text);
  return 0;
}
