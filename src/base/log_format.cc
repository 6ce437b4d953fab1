#include "base/log_format.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/timestamp.h"

namespace hermes::log {
namespace {

// Calls `put(name, value)` for what is there of the fields between component and message; a value
// is text or a number.
void each_field(const Record& record, auto put) {
  if (!record.app.empty()) put("app", record.app);
  if (!record.module.empty()) put("module", record.module);
  if (!record.event.empty()) put("event", record.event);
  if (record.execution) put("execution", *record.execution);
  if (record.context) put("ctx", *record.context);
  if (record.file) put("file", *record.file);
  if (record.function) put("function", *record.function);
  if (record.line) put("line", *record.line);
  if (record.column) put("col", *record.column);
}

// What the data of a record comes to.
struct Data {
  std::string json;      // On one line; empty if there is nothing but a backtrace.
  bool was_json = true;  // Else `json` is the text as a string.
  std::vector<std::string> backtrace = {};  // Newest first; entries of several lines.
};

std::string one_line(const json::Value& value) {
  // Inside strings, JSON allows some control characters that a terminal obeys.
  return escape_controls(value.compact());
}

// `data` without its member `bt`, which is returned apart.
Data split_backtrace(const json::Value& data, std::span<const json::Value> entries) {
  Data split;
  for (const auto& entry : entries) {
    const auto text = entry.string();
    split.backtrace.push_back(text ? std::string(*text) : one_line(entry));
  }
  const auto members = *data.object();
  for (const auto& member : members) {
    if (member.name == "bt") continue;
    split.json += concat(split.json.empty() ? "{" : ",", json_quote(member.name), ":",
                         one_line(member.value));
  }
  if (!split.json.empty()) split.json += '}';
  return split;
}

Data read_data(std::string_view data, bool with_backtrace) {
  const auto document = json::Document::parse(std::string(data), "data");
  if (!document) return {json_quote(data), false};
  const auto& root = document->root();
  const auto* backtrace = with_backtrace ? root.find("bt") : nullptr;
  if (backtrace && backtrace->kind() == json::Value::Kind::Array) {
    return split_backtrace(root, *backtrace->array());
  }
  return {one_line(root)};
}

// Quoted unless it is one plain word, so that no value can look like the next field.
std::string word(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_./:#@+").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  return json_quote(text);
}

std::string word(std::uint64_t number) {
  return std::to_string(number);
}

void append_backtrace(std::string& to, const std::vector<std::string>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto number = concat("    #", i, " ");
    const std::string indent(number.size(), ' ');
    bool first = true;
    for (const auto line : split(entries[i], '\n')) {
      to += concat(first ? number : indent, escape_controls(line), "\n");
      first = false;
    }
  }
}

std::string text_line(const Record& record, UtcTime time) {
  std::string level(name(record.level));
  for (auto& c : level) c = static_cast<char>(c - 0x20);
  level.resize(5, ' ');
  auto line = concat(timestamp(time), " ", level, " ", word(record.component));
  each_field(record, [&](std::string_view key, const auto& value) {
    line += concat(" ", key, "=", word(value));
  });
  line += concat(": ", escape_controls(record.message));
  if (!record.data) return line + "\n";
  const auto data = read_data(*record.data, true);
  if (!data.json.empty()) line += concat(" data=", data.json);
  if (!data.was_json) line += " data_is_json=false";
  line += '\n';
  append_backtrace(line, data.backtrace);
  return line;
}

std::string json_value(std::string_view text) {
  return json_quote(text);
}

std::string json_value(std::uint64_t number) {
  return std::to_string(number);
}

std::string json_line(const Record& record, UtcTime time) {
  auto line = concat(R"({"time":")", timestamp(time), R"(","level":")", name(record.level),
                     R"(","component":)", json_quote(record.component));
  each_field(record, [&](std::string_view key, const auto& value) {
    line += concat(",\"", key, "\":", json_value(value));
  });
  line += concat(",\"msg\":", json_quote(record.message));
  if (record.data) {
    const auto data = read_data(*record.data, false);
    line += concat(",\"data\":", data.json);
    if (!data.was_json) line += ",\"data_is_json\":false";
  }
  return line + "}\n";
}

}  // namespace

std::string format(Format format, const Record& record, UtcTime time) {
  return format == Format::Text ? text_line(record, time) : json_line(record, time);
}

}  // namespace hermes::log
