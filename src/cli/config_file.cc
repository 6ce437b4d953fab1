#include "cli/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "cli/config_grants.h"
#include "cli/secrets.h"

namespace hermes::cli {
namespace {

constexpr std::string_view kSecrets = "secrets";
constexpr std::string_view kApps = "apps";
constexpr std::string_view kHttp = "http";
constexpr std::string_view kCertificates = "certificates";

// Reads one file into settings.
class Reader {
 public:
  Reader(Settings& settings, std::string_view file) : settings_(settings), file_(file) {}

  Result<> read(const toml::table& root) const {
    for (const auto& [name, node] : root) {
      if (name.str() == kSecrets) {
        TRY(read_secrets(node));
        continue;
      }
      if (name.str() == kApps) {
        TRY(read_apps(node));
        continue;
      }
      if (!is_table(name)) {
        return error(name.source(),
                     concat("unknown key '", name.str(), "'; known here: [", names_of_tables(),
                            "], [", kSecrets, "], [", kApps, "]"));
      }
      const auto* table = node.as_table();
      if (!table) return error(node.source(), concat("'", name.str(), "' is a table"));
      TRY(read_table(name.str(), *table));
    }
    return {};
  }

  Error error(const toml::source_region& region, std::string_view what) const {
    return config_error(file_, region, what);
  }

 private:
  static bool is_table(std::string_view name) {
    return std::ranges::any_of(all_settings(), [&](auto& one) { return one.table == name; });
  }

  static std::string names_of_tables() {
    std::string names;
    std::string_view last;
    for (const auto& setting : all_settings()) {
      if (setting.table != last) names += concat(names.empty() ? "" : "], [", setting.table);
      last = setting.table;
    }
    return names;
  }

  static std::string names_of_keys(std::string_view table) {
    std::string names;
    for (const auto& setting : all_settings()) {
      if (setting.table == table) names += concat(names.empty() ? "" : ", ", setting.key);
    }
    if (table == kHttp) names += concat(", ", kCertificates);
    return names;
  }

  Result<> read_table(std::string_view name, const toml::table& table) const {
    for (const auto& [key, node] : table) {
      if (name == kHttp && key.str() == kCertificates) {
        TRY(read_certificates(node));
        continue;
      }
      const auto found = std::ranges::find_if(all_settings(), [&](const Setting& setting) {
        return setting.table == name && setting.key == key.str();
      });
      if (found == all_settings().end()) {
        return error(key.source(), concat("unknown key '", name, ".", key.str(),
                                          "'; known here: ", names_of_keys(name)));
      }
      if (const auto done = set(settings_, *found, value_of(node)); !done) {
        return error(node.source(), concat(name, ".", key.str(), ": ", done.error().message()));
      }
    }
    return {};
  }

  Result<> read_certificates(const toml::node& node) const {
    const auto* list = node.as_array();
    if (list == nullptr)
      return error(node.source(), "expected tables, as in [[http.certificates]]");
    for (const auto& item : *list) {
      const auto* table = item.as_table();
      if (table == nullptr) return error(item.source(), "expected a table");
      net::CertificateFiles files;
      for (const auto& [key, value] : *table) {
        const auto* path = value.as_string();
        auto* member = key.str() == "certificate" ? &files.certificate
                       : key.str() == "key"       ? &files.key
                                                  : nullptr;
        if (member == nullptr) {
          return error(key.source(), concat("unknown key 'http.certificates.", key.str(),
                                            "'; known here: certificate, key"));
        }
        if (path == nullptr) return error(value.source(), "expected the path of a file");
        *member = path->get();
      }
      if (files.certificate.empty() || files.key.empty()) {
        return error(item.source(), "a certificate has two files: 'certificate' and 'key'");
      }
      settings_.http.certificates.push_back(std::move(files));
    }
    return {};
  }

  Result<> read_secrets(const toml::node& node) const {
    const auto* apps = node.as_table();
    if (apps == nullptr) return error(node.source(), "'secrets' is a table");
    for (const auto& [app, of_app] : *apps) {
      const auto* table = of_app.as_table();
      if (table == nullptr) {
        return error(of_app.source(), "expected a table, as in [secrets.\"local:board\"]");
      }
      for (const auto& [name, place] : *table) TRY(read_secret(app.str(), name, place));
    }
    return {};
  }

  Result<> read_apps(const toml::node& node) const {
    const auto* apps = node.as_table();
    if (apps == nullptr) return error(node.source(), "'apps' is a table");
    for (const auto& [app, of_app] : *apps) {
      const auto* table = of_app.as_table();
      if (table == nullptr) {
        return error(of_app.source(), "expected a table, as in [apps.\"local:board\"]");
      }
      settings_.grants[std::string(app.str())] = TRY(read_grants(*table, file_));
    }
    return {};
  }

  // What stands here may be a secret by mistake, so it is not repeated.
  Result<> read_secret(std::string_view app, const toml::key& name, const toml::node& node) const {
    const auto* place = node.as_string();
    if (place == nullptr || !is_secret_place(place->get())) {
      return error(node.source(),
                   concat("secrets: ", name.str(),
                          ": expected \"file:/path\", \"env:NAME\" or \"credential:NAME\""));
    }
    if (name.str().empty() ||
        name.str().find_first_of(std::string_view("=\0", 2)) != name.str().npos) {
      return error(name.source(), "the name of a variable is not empty and has no '='");
    }
    settings_.secrets[std::string(app)][std::string(name.str())] = place->get();
    return {};
  }

  static SettingValue value_of(const toml::node& node) {
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* text = node.as_string()) return text->get();
    if (node.is_array()) return "an array";
    if (node.is_table()) return "a table";
    return "a date or a fraction";
  }

  Settings& settings_;
  const std::string_view file_;
};

}  // namespace

Result<> set_from_toml(Settings& settings, std::string_view text, std::string_view file) {
  const Reader reader(settings, file);
  try {
    return reader.read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    return reader.error(error.source(), error.description());
  }
}

Result<> set_from_file(Settings& settings, const std::filesystem::path& file) {
  errno = 0;
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream.is_open() || stream.bad()) {
    return Error(Code::NotFound,
                 concat(file.string(), ": ", std::generic_category().message(errno)));
  }
  return set_from_toml(settings, text, file.string());
}

}  // namespace hermes::cli
