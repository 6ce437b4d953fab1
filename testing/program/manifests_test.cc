// app.json, broken in every way: each is told by its place, and the app beside them runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

struct Broken {
  std::string_view manifest;
  std::string_view told;  // Behind the name of the file.
};

const Broken kBroken[] = {
    {"", "1:1: "},
    {"{", "1:2: "},
    {"[]", "1:1: "},
    {"null", "1:1: "},
    {R"({"name": "a",})", "1:14: "},
    {R"({"name": "a"} {})", "1:15: "},
    {R"({"name": "a", "name": "b"})", "1:15: "},
    {"{\"name\": \"\xff\"}", "1:11: "},
    {R"({"version": "1.0.0", "modules": []})", "'name' is missing"},
    {R"({"name": "a", "modules": []})", "'version' is missing"},
    {R"({"name": "a", "version": "1.0.0"})", "'modules' is missing"},
    {R"({"name": "A b", "version": "1.0.0", "modules": []})", "1:10: /name: expected 1 to 63"},
    {R"({"name": "a", "version": "one", "modules": []})", "1:26: /version: expected a version"},
    {R"({"name": "a", "version": "1.0.0", "modules": {}})", "1:46: /modules: expected an array"},
    {R"({"name": "a", "version": "1.0.0", "modules": [1]})",
     "1:47: /modules/0: expected an object"},
    {R"({"name": "a", "version": "1.0.0", "modules": [{}]})", "'component' is missing"},
    {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "../a.wasm"}]})",
     "1:61: /modules/0/component: expected a path inside the app"},
    {R"({"name": "a", "version": "1.0.0", "modules": [{"component": "none.wasm"}]})",
     "1:61: /modules/0/component: there is no 'none.wasm'"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "wings": 2})", "wings"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "permissions": ["all"]})",
     "1:66: /permissions/0: expected a permission"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "limits": {"memory_mib": 1000000}})",
     "/limits/memory_mib: expected"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "limits": {"cpu_ms": -1}})",
     "/limits/cpu_ms: expected"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "http": {"endpoints": 1}})",
     "/http/endpoints: expected an array"},
    {R"({"name": "a", "version": "1.0.0", "modules": [], "www": "/etc"})", "/www: expected a path"},
};

TEST(Manifests, ThatAreBrokenAreToldByTheirPlace) {
  std::vector<std::string> command = {"run"};
  std::vector<std::unique_ptr<AppFolder>> folders;
  for (const auto& broken : kBroken) {
    folders.push_back(std::make_unique<AppFolder>(broken.manifest));
    command.push_back(folders.back()->path());
  }
  command.push_back(example_app("hello"));
  HermesProgram hermes(command);
  hermes.wait_for_app("hello");
  for (std::size_t i = 0; i < std::size(kBroken); ++i) {
    EXPECT_THAT(hermes.process().line_with(folders[i]->path()), HasSubstr(kBroken[i].told))
        << kBroken[i].manifest;
  }
  EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
}

// A hundred thousand brackets, one in the other.
TEST(Manifests, ThatAreDeepAreRefused) {
  const AppFolder app(std::string(100'000, '['));
  const auto ended = hermes_run({app.path()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("app.json:1:"));
}

}  // namespace
}  // namespace hermes::testing
