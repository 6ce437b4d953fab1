#include "hermes.h"

bool exports_hermes_init_event_init(void) {
  hermes_sqlite_api_own_sqlite_t database;
  hermes_sqlite_api_errno_t error;
  return hermes_sqlite_api_open(false, true, &database, &error);
}
