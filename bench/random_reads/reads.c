// Reads pieces of 4 KiB from /srv/share/data, as many as the number of the test says, each from a
// place by chance. A test whose number is odd reads them as a stream does: seek, then read.

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "hermes.h"

enum { kPiece = 4096 };

static uint64_t next(uint64_t* state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  static char piece[kPiece];
  const int file = open("/srv/share/data", O_RDONLY);
  const uint64_t pieces = (uint64_t)lseek(file, 0, SEEK_END) / kPiece;
  uint64_t state = 88172645463325252u;
  result->status = run && file >= 0 && pieces > 0;
  for (uint32_t i = 0; i < test && result->status; ++i) {
    const off_t place = (off_t)(next(&state) % pieces * kPiece);
    if (test % 2) {
      result->status = lseek(file, place, SEEK_SET) == place && read(file, piece, kPiece) == kPiece;
    } else {
      result->status = pread(file, piece, kPiece, place) == kPiece;
    }
  }
  close(file);
  hermes_string_dup(&result->name, "reads");
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
