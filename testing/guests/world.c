// What it sees of the world through the C library. The path is a command, and its answer the body:
//
//   /env/NAME  /args  /read/PATH  /write/PATH (the body)  /size/PATH (to the body's number)
//   /remove/PATH  /list/PATH  /mkdir/PATH  /rename/PATH (to the body)  /symlink/PATH (to the body)
//   /nest/PATH (a directory in a directory, so many as the body says)
//   /ghosts/PATH (writes the body into files that it removes while they are open, until it fails)
//   /random/SIZE  /clocks/MS (nanoseconds of both clocks, before and after it slept so long)
//
// A command that fails answers with the text of errno, behind what it came to.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

static const char* argument(const char* command, const char* name) {
  const size_t size = strlen(name);
  return strncmp(command, name, size) == 0 ? command + size : NULL;
}

static void put_error(hermes_buffer* out) {
  hermes_put(out, strerror(errno));
}

static void read_file(hermes_buffer* out, const char* path) {
  FILE* file = fopen(path, "r");
  if (!file) return put_error(out);
  char piece[1024];
  size_t size;
  while ((size = fread(piece, 1, sizeof piece, file)) > 0) hermes_put_bytes(out, piece, size);
  if (ferror(file)) put_error(out);
  fclose(file);
}

static void write_file(hermes_buffer* out, const char* path, hermes_binary_api_bstr_t bytes) {
  FILE* file = fopen(path, "w");
  if (!file) return put_error(out);
  const bool written = fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len && fclose(file) == 0;
  written ? hermes_put(out, "written") : put_error(out);
}

static void put_number(hermes_buffer* out, int number) {
  char text[16];
  snprintf(text, sizeof text, "%d ", number);
  hermes_put(out, text);
}

static void done(hermes_buffer* out, int result) {
  result == 0 ? hermes_put(out, "done") : put_error(out);
}

static int resize(const char* path, long size) {
  const int file = open(path, O_WRONLY);
  return file >= 0 && ftruncate(file, size) == 0 ? close(file) : -1;
}

static void nest(hermes_buffer* out, const char* path, int depth) {
  int folder = open(path, O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < depth && folder >= 0; ++i) {
    const int parent = folder;
    folder = mkdirat(parent, "deeper", 0777) == 0 ? openat(parent, "deeper", O_RDONLY | O_DIRECTORY)
                                                  : -1;
    close(parent);
  }
  done(out, folder >= 0 ? close(folder) : -1);
}

static void make_ghosts(hermes_buffer* out, const char* path, hermes_binary_api_bstr_t bytes) {
  int made = 0;
  for (;; ++made) {
    const int file = open(path, O_CREAT | O_WRONLY, 0666);
    if (file < 0 || write(file, bytes.ptr, bytes.len) != (ssize_t)bytes.len) break;
    unlink(path);
  }
  put_number(out, made);
  put_error(out);
}

static void put_random(hermes_buffer* out, size_t size) {
  uint8_t* bytes = (uint8_t*)malloc(size);
  if (bytes && __wasi_random_get(bytes, size) == 0) hermes_put_bytes(out, bytes, size);
  free(bytes);
}

static void put_clock(hermes_buffer* out, clockid_t clock) {
  char text[32];
  struct timespec now;
  clock_gettime(clock, &now);
  snprintf(text, sizeof text, "%lld ", (long long)now.tv_sec * 1000000000 + now.tv_nsec);
  hermes_put(out, text);
}

static void put_clocks(hermes_buffer* out, long ms) {
  const struct timespec duration = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  put_clock(out, CLOCK_REALTIME);
  put_clock(out, CLOCK_MONOTONIC);
  nanosleep(&duration, NULL);
  put_clock(out, CLOCK_REALTIME);
  put_clock(out, CLOCK_MONOTONIC);
}

static void list(hermes_buffer* out, const char* path) {
  DIR* directory = opendir(path);
  if (!directory) return put_error(out);
  const struct dirent* entry;
  while ((entry = readdir(directory))) {
    if (entry->d_name[0] == '.') continue;
    hermes_put(out, entry->d_name);
    hermes_put(out, " ");
  }
  closedir(directory);
}

static void put_arguments(hermes_buffer* out) {
  __wasi_size_t count = 0, size = 0;
  (void)__wasi_args_sizes_get(&count, &size);
  uint8_t* values[64];
  uint8_t text[4096];
  if (count > 64 || size > sizeof text) return;
  (void)__wasi_args_get(values, text);
  for (__wasi_size_t i = 0; i < count; ++i) {
    hermes_put(out, (const char*)values[i]);
    hermes_put(out, ";");
  }
}

static void obey(hermes_buffer* out, const char* command, hermes_binary_api_bstr_t body) {
  char* text = strndup((const char*)body.ptr, body.len);
  const char* rest;
  if ((rest = argument(command, "/env/"))) {
    const char* value = getenv(rest);
    hermes_put(out, value ? value : "unset");
  } else if (argument(command, "/args")) {
    put_arguments(out);
  } else if ((rest = argument(command, "/read/"))) {
    read_file(out, rest);
  } else if ((rest = argument(command, "/write/"))) {
    write_file(out, rest, body);
  } else if ((rest = argument(command, "/remove/"))) {
    unlink(rest) == 0 ? hermes_put(out, "removed") : put_error(out);
  } else if ((rest = argument(command, "/list/"))) {
    list(out, rest);
  } else if ((rest = argument(command, "/size/"))) {
    done(out, resize(rest, atol(text)));
  } else if ((rest = argument(command, "/mkdir/"))) {
    done(out, mkdir(rest, 0777));
  } else if ((rest = argument(command, "/rename/"))) {
    done(out, rename(rest, text));
  } else if ((rest = argument(command, "/symlink/"))) {
    done(out, symlink(text, rest));
  } else if ((rest = argument(command, "/nest/"))) {
    nest(out, rest, atoi(text));
  } else if ((rest = argument(command, "/ghosts/"))) {
    make_ghosts(out, rest, body);
  } else if ((rest = argument(command, "/random/"))) {
    put_random(out, (size_t)atol(rest));
  } else if ((rest = argument(command, "/clocks/"))) {
    put_clocks(out, atol(rest));
  }
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  char* command = strndup((const char*)path->ptr, path->len);
  hermes_buffer out = {0};
  obey(&out, command, (hermes_binary_api_bstr_t){body->ptr, body->len});
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
