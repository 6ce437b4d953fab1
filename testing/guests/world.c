// What it sees of the world through the C library. The path, behind /api or not, is a command, and
// its answer the body:
//
//   /env/NAME  /args  /read/PATH  /write/PATH (the body)  /size/PATH (to the body's number)
//   /remove/PATH  /kind/PATH  /list/PATH  /mkdir/PATH  /rename/PATH (to the body)  /symlink/PATH
//   (to the body) /nest/PATH (a directory in a directory, so many as the body says) /ghosts/PATH
//   (writes the body into files that it removes while they are open, until it fails) /exercise/PATH
//   (a directory, which is made if it is not there: all that one does with files) /random/SIZE
//   /clocks/MS (nanoseconds of both clocks, before and after it slept so long)
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

static void put_kind(hermes_buffer* out, const char* path) {
  struct stat status;
  if (stat(path, &status) != 0) return put_error(out);
  hermes_put(out, S_ISDIR(status.st_mode) ? "directory" : "file");
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

// What is not as it has to be, and where; NULL if all is well.
#define CHECK(is_so) \
  if (!(is_so)) return #is_so

static const char* exercise_file(void) {
  char piece[16] = {0};
  struct stat status;
  const int file = open("a", O_CREAT | O_EXCL | O_RDWR, 0666);
  CHECK(file >= 0);
  CHECK(open("a", O_CREAT | O_EXCL | O_RDWR, 0666) < 0 && errno == EEXIST);
  CHECK(write(file, "hello", 5) == 5 && write(file, " world", 6) == 6);
  CHECK(lseek(file, 0, SEEK_END) == 11);
  CHECK(pread(file, piece, 5, 6) == 5 && memcmp(piece, "world", 5) == 0);
  CHECK(pwrite(file, "H", 1, 0) == 1);
  CHECK(lseek(file, 0, SEEK_SET) == 0 && read(file, piece, 16) == 11);
  CHECK(memcmp(piece, "Hello world", 11) == 0 && read(file, piece, 16) == 0);
  CHECK(ftruncate(file, 20) == 0 && fstat(file, &status) == 0 && status.st_size == 20);
  CHECK(S_ISREG(status.st_mode) && status.st_mtim.tv_sec > 1500000000);
  CHECK(pread(file, piece, 16, 11) == 9 && piece[0] == 0 && piece[8] == 0);
  CHECK(ftruncate(file, 4) == 0 && pread(file, piece, 16, 0) == 4);
  CHECK(fsync(file) == 0 && fdatasync(file) == 0 && close(file) == 0);
  const int again = open("a", O_WRONLY | O_APPEND);
  CHECK(again >= 0 && write(again, "!", 1) == 1 && close(again) == 0);
  CHECK(stat("a", &status) == 0 && status.st_size == 5);
  const int empty = open("a", O_WRONLY | O_TRUNC);
  CHECK(empty >= 0 && fstat(empty, &status) == 0 && status.st_size == 0);
  CHECK(read(empty, piece, 16) < 0 && errno == EBADF && close(empty) == 0);
  const int reads = open("a", O_RDONLY);
  CHECK(reads >= 0 && write(reads, "x", 1) < 0 && close(reads) == 0);
  return NULL;
}

static const char* exercise_names(void) {
  struct stat status;
  CHECK(mkdir("folder", 0777) == 0 && mkdir("folder", 0777) < 0 && errno == EEXIST);
  CHECK(stat("folder", &status) == 0 && S_ISDIR(status.st_mode));
  CHECK(open("folder", O_WRONLY) < 0 && errno == EISDIR);
  CHECK(open("a/x", O_RDONLY) < 0 && errno == ENOTDIR);
  CHECK(stat("folder/", &status) == 0 && S_ISDIR(status.st_mode));
  CHECK(stat("a/", &status) < 0 && errno == ENOTDIR);
  CHECK(stat("a/.", &status) < 0 && errno == ENOTDIR);
  CHECK(open("a/", O_RDONLY) < 0 && errno == ENOTDIR);
  CHECK(rename("a/", "b") < 0 && errno == ENOTDIR);
  CHECK(unlink("a/") < 0 && errno == ENOTDIR && access("a", F_OK) == 0);
  CHECK(open("none", O_RDONLY) < 0 && errno == ENOENT);
  CHECK(open("a", O_RDONLY | O_DIRECTORY) < 0 && errno == ENOTDIR);
  CHECK(rename("a", "folder/b") == 0 && access("a", F_OK) < 0 && access("folder/b", F_OK) == 0);
  CHECK(access("folder/../folder/./b", F_OK) == 0);
  CHECK(rmdir("folder") < 0 && errno == ENOTEMPTY && unlink("folder") < 0);
  const int file = open("folder/b", O_RDWR);
  CHECK(file >= 0 && unlink("folder/b") == 0 && write(file, "kept", 4) == 4);
  char piece[4];
  CHECK(pread(file, piece, 4, 0) == 4 && memcmp(piece, "kept", 4) == 0 && close(file) == 0);
  CHECK(rename("folder", "renamed") == 0 && rmdir("renamed") == 0 && rmdir("renamed") < 0);
  return NULL;
}

static void exercise(hermes_buffer* out, const char* path) {
  mkdir(path, 0777);
  const char* wrong = chdir(path) == 0 ? exercise_file() : "no directory";
  if (!wrong) wrong = exercise_names();
  if (!wrong) return hermes_put(out, "done");
  hermes_put(out, wrong);
  hermes_put(out, ": ");
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
  } else if ((rest = argument(command, "/kind/"))) {
    put_kind(out, rest);
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
  } else if ((rest = argument(command, "/exercise/"))) {
    exercise(out, rest);
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
  const char* api = argument(command, "/api/");
  hermes_buffer out = {0};
  obey(&out, api ? api - 1 : command, (hermes_binary_api_bstr_t){body->ptr, body->len});
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
