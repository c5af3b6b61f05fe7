/*
 * Put before a program with LD_PRELOAD, it makes system calls fail or lie:
 *
 *   HCA_SHIM_CALL   write, fdatasync, fsync, link or flock
 *   HCA_SHIM_PATH   only for files whose path contains this
 *   HCA_SHIM_ERRNO  the number to fail with; 0 succeeds and does nothing
 *   HCA_SHIM_AFTER  how many such calls pass first
 *   HCA_SHIM_CLOCK  seconds by which the wall clock jumps to and fro, each
 *                   half second
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) \
  static __typeof__(&name) next; \
  if (next == NULL) next = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

static int passed;

/* Whether this call is to fail; errno is then set. */
static int fails(const char *call, const char *path) {
  const char *wanted = getenv("HCA_SHIM_CALL");
  if (wanted == NULL || strcmp(wanted, call) != 0) return 0;
  const char *part = getenv("HCA_SHIM_PATH");
  if (part != NULL && strstr(path, part) == NULL) return 0;
  const char *after = getenv("HCA_SHIM_AFTER");
  if (after != NULL && __sync_fetch_and_add(&passed, 1) < atoi(after)) return 0;
  const char *number = getenv("HCA_SHIM_ERRNO");
  errno = number == NULL ? EIO : atoi(number);
  return 1;
}

static int fd_fails(const char *call, int fd) {
  if (getenv("HCA_SHIM_CALL") == NULL) return 0;
  int kept = errno;
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  errno = kept;
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  NEXT(write);
  return fd_fails("write", fd) ? -1 : next(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  NEXT(pwrite64);
  return fd_fails("write", fd) ? -1 : next(fd, bytes, count, at);
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  return fd_fails("fdatasync", fd) ? -1 : next(fd);
}

int fsync(int fd) {
  NEXT(fsync);
  return fd_fails("fsync", fd) ? -1 : next(fd);
}

int link(const char *from, const char *to) {
  NEXT(link);
  return fails("link", to) ? -1 : next(from, to);
}

int linkat(int fd, const char *from, int at, const char *to, int flags) {
  NEXT(linkat);
  return fails("link", to) ? -1 : next(fd, from, at, to, flags);
}

int flock(int fd, int operation) {
  NEXT(flock);
  return fd_fails("flock", fd) ? (errno == 0 ? 0 : -1) : next(fd, operation);
}

/* The seconds that the wall clock is off by now. */
static long jump(void) {
  const char *by = getenv("HCA_SHIM_CLOCK");
  if (by == NULL) return 0;
  static int (*real)(clockid_t, struct timespec *);
  if (real == NULL) {
    real = (int (*)(clockid_t, struct timespec *)) dlsym(
        RTLD_NEXT, "clock_gettime");
  }
  struct timespec now;
  real(CLOCK_MONOTONIC, &now);
  return (now.tv_nsec / 500000000 + 2 * now.tv_sec) % 2 ? atol(by) : -atol(by);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  NEXT(clock_gettime);
  int result = next(clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += jump();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  NEXT(gettimeofday);
  int result = next(time, zone);
  time->tv_sec += jump();
  return result;
}

time_t time(time_t *out) {
  NEXT(time);
  time_t result = next(NULL) + jump();
  if (out != NULL) *out = result;
  return result;
}
