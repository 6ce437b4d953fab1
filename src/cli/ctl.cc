#include "cli/ctl.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/arguments.h"
#include "cli/removal.h"
#include "control/connection.h"
#include "control/home_lock.h"

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
  if (options.purge) request += R"(,"purge":true)";
  if (options.now) request += R"(,"now":true)";
  if (options.follow) request += R"(,"follow":true)";
  if (options.lines) request += concat(R"(,"lines":)", *options.lines);
  return request + "}";
}

// A value as a person reads it.
std::string show(const json::Value& value) {
  const auto text = value.string();
  return text ? escape_controls(*text) : value.compact();
}

// A member; empty if it is not there.
std::string show(const json::Value& value, std::string_view name) {
  const auto* member = value.find(name);
  return member == nullptr ? "" : show(*member);
}

using Columns = std::vector<std::string_view>;
using Rows = std::vector<std::vector<std::string>>;

void add_row(Rows& rows, const json::Value& app, const Columns& columns) {
  auto& row = rows.emplace_back();
  for (const auto column : columns) row.push_back(show(app, column));
}

Rows rows_of(const json::Value& apps, const Columns& columns) {
  Rows rows(1);
  for (const auto column : columns) rows.front().emplace_back(column);
  const auto all = apps.array();
  for (const auto& app : *all) add_row(rows, app, columns);
  return rows;
}

void print_table(const Rows& rows) {
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

void print_apps(const json::Value& apps, const Columns& columns) {
  if (apps.array()->empty()) {
    std::cout << "no app runs\n";
    return;
  }
  print_table(rows_of(apps, columns));
}

// Which limits were met, and how often.
void print_limits(std::string_view name, const json::Value& usage) {
  const auto* limits = usage.find("limits");
  if (limits == nullptr) return;
  const auto members = limits->object();
  if (!members || members->empty()) return;
  std::string counts;
  for (const auto& [limit, count] : *members) {
    counts += concat(counts.empty() ? "" : ", ", escape_controls(limit), " ", show(count));
  }
  std::cout << name << " was refused by limits: " << counts << '\n';
}

void print_status(const json::Value& answer) {
  std::cout << "hermes " << show(answer, "version") << ", process " << show(answer, "process")
            << ", home " << show(answer, "home") << ", " << show(answer, "workers")
            << " workers, up " << show(answer, "uptime_ms") << " ms\n";
  if (const auto* node = answer.find("p2p"); node != nullptr && node->find("peer") != nullptr) {
    std::cout << "node " << show(*node, "peer") << ", " << show(*node, "peers") << " peers, "
              << show(*node, "topics") << " topics, " << show(*node, "records") << " records, "
              << "built anew " << show(*node, "rebuilt") << " times\n";
  }
  const Columns columns{"name",    "phase",         "calls",       "events",    "cpu_ms",
                        "trapped", "out_of_memory", "out_of_time", "cancelled", "refused"};
  const auto& apps = *answer.find("apps");
  const auto* all = answer.find("all");
  auto rows = rows_of(apps, columns);
  if (all != nullptr) {  // An engine of an earlier version has none.
    add_row(rows, *all, columns);
    rows.back().front() = "(all)";
  }
  print_table(rows);
  const auto each = apps.array();
  for (const auto& app : *each) print_limits(show(app, "name"), app);
  if (all != nullptr) print_limits("(all)", *all);
}

void print_removal(const json::Value& answer) {
  const bool is_purged = show(answer, "purged") == "true";
  std::cout << show(answer, "app") << (is_purged ? " and its data are" : " is") << " removed";
  if (is_purged) {
    std::cout << " (" << show(answer, "bytes") << " bytes)\n";
  } else {
    std::cout << "; its data, if it had any, stays in " << show(answer, "data")
              << ": --purge removes it\n";
  }
}

void print_settings(const json::Value& answer, std::string_view member, std::string_view what) {
  const auto names = answer.find(member)->array();
  for (const auto& name : *names) std::cout << *name.string() << what << '\n';
}

void print_denied(const json::Value& app) {
  for (const auto& [member, what] :
       {std::pair("denied", "the permission "), std::pair("denied_hostnames", "the host name ")}) {
    const auto* denied = app.find(member);
    if (denied == nullptr) continue;
    const auto names = denied->array();
    for (const auto& name : *names) {
      std::cout << show(app, "name") << " is not granted " << what << show(name) << '\n';
    }
  }
}

void print(const CtlOptions& options, const json::Value& answer) {
  if (options.command == "stop" || options.command == "logs") return;
  if (options.command == "remove") return print_removal(answer);
  if (options.command == "reload-config") {
    print_settings(answer, "changed", " has changed");
    return print_settings(answer, "need_restart", " needs a restart to change");
  }
  if (options.command == "list") {
    return print_apps(*answer.find("apps"), {"name", "version", "generation", "phase", "path"});
  }
  if (options.command == "status") return print_status(answer);
  const auto& app = *answer.find("app");
  print_denied(app);
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

// A line of a log, in which the engine has escaped what moves a cursor.
Result<> print_line(const std::string& answer) {
  const auto parsed = TRY(json::Document::parse(answer, "the engine's answer"));
  const auto& root = parsed.root();
  if (const auto* line = root.find("line")) std::cout << TRY(line->string()) << '\n';
  if (root.find("dropped") != nullptr) {
    std::cout << show(root, "dropped") << " records were dropped: they came faster than read\n";
  }
  return {};
}

// What follows the answer, until the engine has no more to say or nobody reads on.
Result<> read_on(control::Connection& connection, const CtlOptions& options) {
  while (const auto line = connection.receive()) {
    if (options.json) {
      std::cout << *line << '\n';
    } else {
      TRY(print_line(*line));
    }
    if (!std::cout.flush()) break;
  }
  return {};
}

// Where no engine runs, the data can still be removed: by whoever has the home.
Result<std::string> remove_here(const CtlOptions& options, const std::filesystem::path& home) {
  const auto app = TRY(app_with_data(home, options.operand));
  const auto lock = TRY(control::HomeLock::take(home));
  return describe(TRY(remove_data(home, app, options.purge)));
}

// Tells an answer; returns the exit code.
Result<int> tell(const CtlOptions& options, const std::string& line) {
  const auto answer = TRY(json::Document::parse(line, "the engine's answer"));
  const auto& root = answer.root();
  const bool ok = TRY(TRY(root.require("ok"))->boolean());
  if (options.json) std::cout << line << '\n' << std::flush;
  if (!ok) return options.json ? kFailed : fail(TRY(TRY(root.require("error"))->string()));
  if (!options.json) print(options, root);
  std::cout << std::flush;
  return kClean;
}

Result<int> ask(const CtlOptions& options, const std::filesystem::path& home) {
  auto connection = control::Connection::open(home);
  if (!connection) {
    if (options.command != "remove" || connection.error().code() != Code::NotFound) {
      return std::move(connection).error();
    }
    return tell(options, TRY(remove_here(options, home)));
  }
  TRY(connection->send(request_of(options)));
  const auto line = connection->receive();
  if (!line) return Error(Code::Stopping, "the engine ended before it answered");
  const int code = TRY(tell(options, *line));
  if (code == kClean) TRY(read_on(*connection, options));
  return code;
}

}  // namespace

int ctl(const CtlOptions& options, const std::filesystem::path& home) {
  const auto code = ask(options, home);
  return code ? *code : fail(code.error().message());
}

}  // namespace hermes::cli
