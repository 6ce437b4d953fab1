#pragma once

#include <pthread.h>

namespace hermes {

/// What tools show the calling thread as; at most 15 bytes.
inline void name_this_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

}  // namespace hermes
