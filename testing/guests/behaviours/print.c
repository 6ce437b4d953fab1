// Lines on both streams, one in two pieces, and one that never ends.

#include <stdio.h>

#include "behaviours/any_event.h"

static const char* behave(void) {
  printf("a line on stdout\n");
  fflush(stdout);
  fprintf(stderr, "a line on stderr\n");
  printf("in two ");
  fflush(stdout);
  printf("pieces\n");
  printf("without an end");
  fflush(stdout);
  return "printed";
}
