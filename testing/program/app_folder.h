#pragma once

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/engine/guests.h"
#include "testing/engine/temporary_directory.h"

namespace hermes::testing {

/// A folder of an app that the test writes, gone with the object.
class AppFolder {
 public:
  /// With this app.json, and the component of each guest beside it.
  explicit AppFolder(std::string_view manifest,
                     std::initializer_list<std::string_view> guests = {}) {
    write("app.json", manifest);
    for (const auto name : guests) write(std::string(name) + ".wasm", guest(name));
  }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream file(folder_.path() / name, std::ios::binary);
    file << content;
  }

  std::string path() const { return folder_.path().string(); }

 private:
  TemporaryDirectory folder_;
};

/// An app of one module, which is that guest, and has its name with '-' in place of '_'. `more` are
/// further members of its manifest.
inline AppFolder app_of_guest(std::string_view name, std::string_view more = {}) {
  std::string app(name);
  std::ranges::replace(app, '_', '-');
  return AppFolder(
      concat(R"({"name": ")", app, R"(", "version": "1.0.0", "modules": [{"component": ")", name,
             R"(.wasm"}])", more, "}"),
      {name});
}

}  // namespace hermes::testing
