#define _GNU_SOURCE
#include "CLinux.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

int CLinux_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags) {
    return accept4(listener, address, length, flags);
}

int CLinux_allowed_cores(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    return CPU_COUNT(&set);
}

int CLinux_open(const char *path, int flags, unsigned mode) { return open(path, flags, mode); }

int CLinux_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL, 0);
    if (flags == -1) return -1;
    return fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int CLinux_allocate(int descriptor, int64_t offset, int64_t length) {
    return fallocate(descriptor, 0, offset, length);
}

int CLinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }
