// Opens databases and closes none, until somebody stops it.

#include "behaviours/any_event.h"

static const char* behave(void) {
  hermes_sqlite_api_own_sqlite_t database;
  hermes_sqlite_api_errno_t error;
  while (hermes_sqlite_api_open(false, true, &database, &error)) continue;
  return "it was told that there are too many";
}
