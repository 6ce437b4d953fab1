#pragma once

// Small packages for tests, with keys that are made for them.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "package/new_key.h"
#include "package/package.h"
#include "package/package_writer.h"
#include "package/sign.h"
#include "testing/engine/temporary_directory.h"

namespace hermes::package {

inline const UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 6 / 15);

inline std::string read_all(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// What the error says, or "none".
template <typename T>
std::string message_of(const Result<T>& result) {
  return result.has_value() ? "none" : result.error().message();
}

inline SigningKey key_of(const std::string& name, UtcTime now = kNow) {
  const auto made = make_key(name, now);
  return {*PrivateKey::from_pem(made->key_pem, "key"), {made->certificate}};
}

class PackageTest : public ::testing::Test {
 protected:
  std::filesystem::path path(std::string_view name) const { return directory_.path() / name; }

  /// A package of two files, one of which is compressed.
  std::filesystem::path small_package() const {
    const auto file = path("small.happ");
    const PackagedFiles files = {{"app.json", {.content = "{}\n"}},
                                 {"www/a.txt", {.content = std::string(200, 'a')}}};
    EXPECT_TRUE(write_package(Kind::App, files, file));
    return file;
  }

  /// A trust store with these certificates.
  std::filesystem::path trusting(std::initializer_list<Certificate> certificates) const {
    const auto store = path("trust");
    std::filesystem::create_directories(store);
    for (const auto& one : certificates) {
      write_file(store / (to_hex(one.digest()) + ".pem"), one.pem());
    }
    return store;
  }

 private:
  testing::TemporaryDirectory directory_;
};

}  // namespace hermes::package
