// The component that imports every interface that the engine provides, and handles every event.

#ifndef EVERY_H
#define EVERY_H

#include "hermes/text.h"

typedef struct {
  const char* interface;
  bool (*works)(void);
} every_import;

/// Whether each interface does what it should; the last has no name.
extern const every_import every_of_hermes[];
extern const every_import every_of_wasi[];

/// Where requests go; no port: to nowhere.
extern hermes_string_t every_uri;
extern uint16_t every_port;

#endif
