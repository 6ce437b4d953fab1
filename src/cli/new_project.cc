#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "cli/kit.h"
#include "cli/package_commands.h"
#include "package/file_io.h"
#include "package/manifest_fields.h"

namespace hermes::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;

Error failed(const fs::path& path, const std::error_code& why) {
  return {Code::Denied, concat(path.native(), ": ", why.message())};
}

// Fills in what a template leaves open.
std::string fill_in(std::string text, std::string_view name) {
  const std::pair<std::string, std::string> all[] = {
      {"@name@", std::string(name)},
      {"@sdk@", (kit_directory() / "sdk").string()},
      {"@tool@", component_tool().string()},
  };
  for (const auto& [what, with] : all) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
    }
  }
  return text;
}

Result<> write(const fs::path& path, std::string_view text, bool is_program) {
  TRY(package::make_directory(path.parent_path()));
  constexpr unsigned kFile = 0644;
  constexpr unsigned kProgram = 0755;
  return package::create_file(path, text, is_program ? kProgram : kFile);
}

// Every file below `from`.
Result<> copy_files(const fs::path& from, const fs::path& to, std::string_view name) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto& path = entry->path();
    std::error_code why;
    const auto status = entry->status(why);
    if (status.type() == fs::file_type::none) return failed(path, why);
    if (!fs::is_regular_file(status)) continue;
    const bool is_program = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
    auto text = TRY(package::read_file(path, kLargest));
    TRY(write(to / path.lexically_relative(from), fill_in(std::move(text), name), is_program));
  }
  if (error) return failed(from, error);
  return {};
}

Result<> check_empty(const fs::path& directory) {
  std::error_code error;
  const bool is_there = fs::exists(directory, error);
  if (error) return failed(directory, error);
  if (!is_there) return {};
  if (fs::is_directory(directory, error) && fs::is_empty(directory, error)) return {};
  return Error(Code::InvalidArgument, concat(directory.native(), " is there already"));
}

// What is made of the template, besides the manifest.
Result<fs::path> begin(const PackageOptions& options) {
  const auto& name = options.operand;
  if (!package::matches(name, "[a-z][a-z0-9-]{0,62}")) {
    return Error(Code::InvalidArgument,
                 concat("'", name,
                        "': a name has 1 to 63 characters a-z, 0-9 and '-', the first a "
                        "letter"));
  }
  const fs::path directory = options.output.empty() ? name : options.output;
  TRY(check_empty(directory));
  const auto kit = kit_directory();
  TRY(copy_files(kit / "sdk/templates" / options.language, directory, name));
  std::error_code error;
  const bool has_wit = fs::exists(directory / "wit", error);
  if (error) return failed(directory / "wit", error);
  if (has_wit) TRY(copy_files(kit / "wit/deps", directory / "wit/deps", name));
  return directory;
}

}  // namespace

Result<std::string> new_app(const Invocation& invocation, UtcTime) {
  const auto& name = invocation.package.operand;
  const auto directory = TRY(begin(invocation.package));
  TRY(write(directory / "app.json",
            concat("{\n  \"name\": \"", name, "\",\n  \"version\": \"0.1.0\",\n",
                   "  \"build\": \"./build\",\n  \"modules\": [{ \"component\": \"", name,
                   ".wasm\" }],\n  \"permissions\": []\n}\n"),
            false));
  return concat(directory.native(), ": build and run it by\n\n    hermes dev ", directory.native(),
                "\n\nand ask http://", name, ".localhost:7878/api/hello\n");
}

Result<std::string> new_module(const Invocation& invocation, UtcTime) {
  const auto& name = invocation.package.operand;
  const auto directory = TRY(begin(invocation.package));
  TRY(write(directory / "module.json",
            concat("{\n  \"name\": \"", name, "\",\n  \"version\": \"0.1.0\",\n",
                   "  \"component\": \"", name, ".wasm\"\n}\n"),
            false));
  return concat(directory.native(), ": build and package it by\n\n    ", directory.native(),
                "/build\n    hermes module package ", directory.native(), " -o ", name, ".hmod\n");
}

}  // namespace hermes::cli
