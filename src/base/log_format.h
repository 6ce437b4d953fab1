#pragma once

// How records are written down: as text for terminals and as JSON lines for machines, with the same
// fields in the same order.
//
//   2026-01-01T00:00:00.000000001Z INFO  logging app=board module=api execution=7: hello
//   data={"a":1}
//   {"time":"2026-01-01T00:00:00.000000001Z","level":"info","component":"logging","app":"board",…}
//
// Whatever a record holds, it is one line, so that no guest can forge another. In the text, what a
// guest says stands quoted or after what the engine says. Only a backtrace takes more lines: they
// are indented, as no record is.

#include <cstdint>
#include <string>

#include "base/log.h"

namespace hermes::log {

enum class Format : std::uint8_t { Text, Json };

/// The record with its line ends.
std::string format(Format format, const Record& record, UtcTime time);

}  // namespace hermes::log
