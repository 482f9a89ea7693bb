#pragma once
/* The Linux calls that Swift's Glibc module leaves out.
 *
 * _GNU_SOURCE must not be defined in a header: it changes libc's own structs, and every other C
 * module in the program would then disagree about them. What needs it is wrapped in gnu.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* accept4(2). */
int CLinux_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
/* How many cores this process may run on: sched_getaffinity(2). */
int CLinux_allowed_cores(void);
/* open(2) and fcntl(2) are variadic, which Swift cannot call. */
int CLinux_open(const char *path, int flags, unsigned mode);
int CLinux_set_nonblocking(int descriptor);
/* fallocate(2), so that a later write cannot run out of space. */
int CLinux_allocate(int descriptor, int64_t offset, int64_t length);
/* pthread_setname_np(3) for the calling thread; at most 15 bytes. */
int CLinux_name_thread(const char *name);
/* Passes open descriptors to another process: unix(7), SCM_RIGHTS. At most 64. Returns how many, or
 * -1. */
int CLinux_send_descriptors(int socket, const int *descriptors, int count);
int CLinux_receive_descriptors(int socket, int *descriptors, int maximum);
