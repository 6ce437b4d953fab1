#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {

/// One example app as the tools of four languages build it, each an app of its own, in one engine.
class LanguageApps : public ::testing::Test {
 protected:
  struct Language {
    std::string_view name;
    std::string app;
    std::string component;  // Its file.
  };

  /// The components are large: they are compiled before an engine is waited for.
  explicit LanguageApps(std::string_view app)
      : languages(languages_of(app)), hermes(run(languages)) {
    hermes.wait_for_app(languages.back().app);
  }

  /// What `hermes inspect` says of the component.
  static std::string inspect(const Language& language) {
    const auto inspected =
        hermes_command({"inspect", language.component, "--home", HERMES_TEST_HOME});
    EXPECT_EQ(inspected.code, 0) << inspected.output;
    return inspected.output;
  }

  const std::vector<Language> languages;
  HermesProgram hermes;

 private:
  static std::vector<Language> languages_of(std::string_view app) {
    struct Named {
      std::string_view name;
      std::string_view end;
    };
    constexpr std::array kAll = {Named{"Go", "-go"}, Named{"JavaScript", "-javascript"},
                                 Named{"Python", "-python"}, Named{"Rust", "-rust"}};
    std::vector<Language> languages;
    for (const auto& [name, end] : kAll) {
      const auto full = concat(app, end);
      languages.push_back({name, full, concat(example_app(full), "/", app, ".wasm")});
    }
    return languages;
  }

  static std::vector<std::string> run(const std::vector<Language>& languages) {
    std::vector<std::string> arguments = {"run"};
    for (const auto& language : languages) {
      inspect(language);
      arguments.push_back(example_app(language.app));
    }
    return arguments;
  }
};

}  // namespace hermes::testing
