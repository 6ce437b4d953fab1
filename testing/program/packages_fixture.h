#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {

/// A directory in which authors make packages, with the home of those who run them.
class PackagesFixture : public ::testing::Test {
 protected:
  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }

  Ended hermes(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--home", path("home")});
    return hermes_command(std::move(arguments));
  }
  /// What must succeed.
  std::string done(const std::vector<std::string>& arguments) const {
    const auto ended = hermes(arguments);
    EXPECT_EQ(ended.code, 0) << arguments[0] << ' ' << arguments[1] << ": " << ended.output;
    return ended.output;
  }

  void make_key(const std::string& name) const {
    done({"key", "generate", name, "-o", path(name)});
  }
  void sign(const std::string& package, const std::string& name,
            const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "app", "sign", package, "--key", path(name + ".key"), "--cert", path(name + ".pem")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    done(arguments);
  }
  std::string package(const std::string& folder, std::string_view name) const {
    auto file = path(name);
    done({"app", "package", folder, "-o", file});
    return file;
  }

  /// A package of the app in the folder, signed by Ada, whom the home trusts.
  std::string signed_package(const std::string& folder, std::string_view name) const {
    auto file = package(folder, name);
    if (!std::filesystem::exists(path("Ada.key"))) {
      make_key("Ada");
      done({"trust", "add", path("Ada.pem")});
    }
    sign(file, "Ada");
    return file;
  }

  /// Names below the store of the home.
  std::vector<std::string> store() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(path("home/packages"), ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  const TemporaryDirectory directory_;
};

}  // namespace hermes::testing
