#include "cli/ctl.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/arguments.h"
#include "control/connection.h"

namespace hermes::cli {
namespace {

std::string request_of(const CtlOptions& options) {
  auto request = concat(R"({"command":)", json_quote(options.command));
  if (options.command == "load") {
    const auto path = std::filesystem::absolute(options.operand).lexically_normal();
    request += concat(R"(,"path":)", json_quote(path.native()));
  } else if (!options.operand.empty()) {
    request += concat(R"(,"app":)", json_quote(options.operand));
  }
  if (options.now) request += R"(,"now":true)";
  return request + "}";
}

// A member as a person reads it; empty if it is not there.
std::string show(const json::Value& value, std::string_view name) {
  const auto* member = value.find(name);
  if (member == nullptr) return "";
  const auto text = member->string();
  return text ? escape_controls(*text) : member->compact();
}

void print_table(const json::Value& apps, const std::vector<std::string_view>& columns) {
  std::vector<std::vector<std::string>> rows(1);
  for (const auto column : columns) rows.front().emplace_back(column);
  const auto all = apps.array();
  for (const auto& app : *all) {
    auto& row = rows.emplace_back();
    for (const auto column : columns) row.push_back(show(app, column));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : rows) width = std::max(width, other[i].size());
      line += row[i];
      if (i + 1 < row.size()) line.append(width + 2 - row[i].size(), ' ');
    }
    std::cout << line << '\n';
  }
}

void print_apps(const json::Value& apps, std::vector<std::string_view> columns) {
  if (apps.array()->empty()) {
    std::cout << "no app runs\n";
    return;
  }
  print_table(apps, columns);
}

void print(const CtlOptions& options, const json::Value& answer) {
  if (options.command == "stop") return;
  if (options.command == "list") {
    return print_apps(*answer.find("apps"), {"name", "version", "generation", "phase", "path"});
  }
  if (options.command == "status") {
    std::cout << "hermes " << show(answer, "version") << ", process " << show(answer, "process")
              << ", home " << show(answer, "home") << ", " << show(answer, "workers")
              << " workers, up " << show(answer, "uptime_ms") << " ms\n";
    return print_apps(*answer.find("apps"),
                      {"name", "phase", "calls", "events", "cpu_ms", "trapped", "out_of_memory",
                       "out_of_time", "cancelled"});
  }
  const auto& app = *answer.find("app");
  std::cout << show(app, "name") << "  version " << show(app, "version") << ", generation "
            << show(app, "generation") << ", " << show(app, "phase") << "  " << show(app, "url")
            << '\n';
}

int fail(std::string_view why) {
  for (const auto line : split(why, '\n')) {
    std::cerr << "hermes: " << escape_controls(line) << '\n';
  }
  return kFailed;
}

Result<int> ask(const CtlOptions& options, const std::filesystem::path& home) {
  auto connection = TRY(control::Connection::open(home));
  TRY(connection.send(request_of(options)));
  const auto line = connection.receive();
  if (!line) return Error(Code::Stopping, "the engine ended before it answered");
  const auto answer = TRY(json::Document::parse(*line, "the engine's answer"));
  const auto& root = answer.root();
  const bool ok = TRY(TRY(root.require("ok"))->boolean());
  if (options.json) std::cout << *line << '\n' << std::flush;
  if (!ok) return options.json ? kFailed : fail(TRY(TRY(root.require("error"))->string()));
  if (!options.json) print(options, root);
  std::cout << std::flush;
  while (options.command == "stop" && connection.receive()) {
  }
  return kClean;
}

}  // namespace

int ctl(const CtlOptions& options, const std::filesystem::path& home) {
  const auto code = ask(options, home);
  return code ? *code : fail(code.error().message());
}

}  // namespace hermes::cli
