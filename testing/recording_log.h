#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"

namespace hermes::testing {

/// A record whose text is its own: see log::Record.
struct OwnedRecord {
  log::Level level;
  bool guest;
  std::string component;
  std::string app;
  std::string module;
  std::string event;
  std::optional<std::uint64_t> execution;
  std::optional<std::string> context;
  std::optional<std::string> file;
  std::optional<std::string> function;
  std::optional<std::uint32_t> line;
  std::optional<std::uint32_t> column;
  std::string message;
  std::optional<std::string> data;
};

/// Keeps what is logged, for the test to read. Thread-safe.
class RecordingLog final : public log::Log {
 public:
  void write(const log::Record& record) override {
    records_.with([&](auto& records) { records.push_back(owned(record)); });
  }

  /// The records since the last call, oldest first.
  std::vector<OwnedRecord> take() {
    return records_.with([](auto& records) { return std::exchange(records, {}); });
  }

  /// The messages of these records.
  std::vector<std::string> take_messages() {
    std::vector<std::string> messages;
    for (auto& record : take()) messages.push_back(std::move(record.message));
    return messages;
  }

 private:
  static std::optional<std::string> owned(const std::optional<std::string_view>& text) {
    if (!text) return std::nullopt;
    return std::string(*text);
  }
  static OwnedRecord owned(const log::Record& record) {
    return {record.level,
            record.guest,
            std::string(record.component),
            std::string(record.app),
            std::string(record.module),
            std::string(record.event),
            record.execution,
            owned(record.context),
            owned(record.file),
            owned(record.function),
            record.line,
            record.column,
            std::string(record.message),
            owned(record.data)};
  }

  Guarded<std::vector<OwnedRecord>> records_;
};

}  // namespace hermes::testing
