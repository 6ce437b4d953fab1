#pragma once

#include <filesystem>

#include "base/result.h"
#include "sql/database.h"

namespace hermes::p2p {

/// Opens a database, or makes one: what is committed stays, also when power is lost, and several
/// processes may have it open. `tables` is SQL that makes those that are missing.
Result<sql::Database> open_durable(const std::filesystem::path& file, const char* tables);

}  // namespace hermes::p2p
