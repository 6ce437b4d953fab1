#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "wit/hermes/logging.h"

namespace hermes::testing {

/// hermes:logging that keeps what it is given.
class LoggingHost : public wit::logging::Api {
 public:
  using CallContext = wit::logging::CallContext;
  using Text = std::optional<std::string_view>;

  struct Record {
    wit::logging::Level level;
    std::optional<std::string> file;
    std::optional<std::string> function;
    std::optional<std::uint32_t> line;
    std::optional<std::uint32_t> column;
    std::optional<std::string> context;
    std::string message;
    std::optional<std::string> data;

    bool operator==(const Record&) const = default;
  };

  Result<> log(CallContext&, wit::logging::Level level, Text file, Text function,
               std::optional<std::uint32_t> line, std::optional<std::uint32_t> col, Text ctx,
               std::string_view msg, Text data) override {
    records_.with([&](auto& records) {
      records.push_back(
          {level, own(file), own(function), line, col, own(ctx), std::string(msg), own(data)});
    });
    return {};
  }

  std::vector<Record> records() const {
    return records_.with([](const auto& records) { return records; });
  }

 private:
  static std::optional<std::string> own(Text text) {
    if (!text) return std::nullopt;
    return std::string(*text);
  }

  Guarded<std::vector<Record>> records_;
};

}  // namespace hermes::testing
