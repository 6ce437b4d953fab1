// The schema that editors use says the same as the code that reads.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "package/manifest.h"

namespace hermes::package {
namespace {

const std::filesystem::path kSource = HERMES_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool schema_accepts(const std::string& text) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  static const auto kSchema = [] {
    const auto document = nlohmann::json::parse(read(kSource / "docs/schemas/app.schema.json"));
    auto parsed = std::make_unique<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(Adapter(document), *parsed);
    return parsed;
  }();
  const auto manifest = nlohmann::json::parse(text);
  return valijson::Validator().validate(*kSchema, Adapter(manifest), nullptr);
}

TEST(Schema, AgreesWithTheReader) {
  const struct {
    const char* manifest;
    bool valid;
  } cases[] = {
      {R"({"name": "a", "version": "1.0.0", "modules": []})", true},
      {R"({"name": "a", "version": "1.0.0-rc.1+x", "modules": [{"component": "b/c.wasm", "settings_schema": {}}],
           "www": "w.w/..x", "share": "s", "icon": "w.w/i.svg", "description": "What it is.", "build": "make", "log": {"level": "trace"},
           "permissions": ["shutdown", "cron", "topic:a/b", "outbound:a.example", "outbound:[::1]:443",
                           "tcp:a.example", "udp:127.0.0.1:53"],
           "hostnames": ["a.example", "b.example"],
           "limits": {"memory_mib": 1, "cpu_ms": 2, "wall_ms": 3, "calls": 4}})",
       true},
      {R"({"name": "a", "version": "1.0.0", "modules": [],
           "http": {"endpoints": [{"id": "list", "module": "api", "methods": ["GET"],
           "path": "/api/.*", "content_types": ["application/json"], "auth": "required",
           "body_schema": {"type": "object"}, "cancel_on_disconnect": true}], "default": true,
           "auth": {"module": "api", "api": "optional", "files": "none",
                    "cache": {"seconds": 30, "headers": ["authorization"]}},
           "files": {"fallback": "index.html", "cache": [{"path": "/a/.*", "value": "no-store"}],
                     "headers": {"x-frame-options": null, "content-security-policy": "x"}},
           "cors": {"origins": ["https://a.example:8443"], "methods": ["PUT"], "max_age": 0},
           "redirects": ["https://api.example.com/v1/", "http://[::1]:9000"]},
           "kv": {"persistent": false}, "sqlite": {"database_bytes": 4096},
           "wasi": {"arguments": ["-v"], "environment": {"LANG": "C"}, "data_bytes": 4096}})",
       true},
      {R"({"name": "A", "version": "1.0.0", "modules": []})", false},
      {R"({"name": "a", "version": "1.0", "modules": []})", false},
      {R"({"name": "a", "version": "1.0.0"})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "extra": 1})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [{}]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "../x"}]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a//x"}]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "x", "id": "-"}]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "x", "config": 1}]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "www": "/x"})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "www": "./x"})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "www": "x/"})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "log": {"level": "x"}})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["x"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["outbound:"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["outbound:*"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["outbound:a:0"]})",
       false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["topic:"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "hostnames": ["a"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "hostnames": ["A.example"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "hostnames": ["a.localhost"]})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "limits": {"cpu_ms": 0}})", false},
      {R"({"name": "a", "version": "1.0.0", "modules": [], "limits": {"cpu": 1}})", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(schema_accepts(c.manifest), c.valid) << c.manifest;
    EXPECT_EQ(parse_manifest(c.manifest, "app.json", {}).has_value(), c.valid) << c.manifest;
  }
}

TEST(Schema, AcceptsTheExamples) {
  if (!std::filesystem::exists(kSource / "apps")) return;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "apps")) {
    const auto path = entry.path() / "app.json";
    if (!std::filesystem::exists(path)) continue;
    EXPECT_TRUE(schema_accepts(read(path))) << path;
    const auto manifest = parse_manifest(read(path), path.string(), {});
    EXPECT_TRUE(manifest) << manifest.error().message();
  }
}

}  // namespace
}  // namespace hermes::package
