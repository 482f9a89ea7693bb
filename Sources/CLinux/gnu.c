#define _GNU_SOURCE
#include "CLinux.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/uio.h>

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

#define DESCRIPTORS_MAXIMUM 64

int CLinux_send_descriptors(int socket, const int *descriptors, int count) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAXIMUM)];
    } control;
    char word = 'T';
    struct iovec data = {.iov_base = &word, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (count < 1 || count > DESCRIPTORS_MAXIMUM) {
        errno = EINVAL;
        return -1;
    }
    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? count : -1;
}

int CLinux_receive_descriptors(int socket, int *descriptors, int maximum) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAXIMUM)];
    } control;
    char word;
    struct iovec data = {.iov_base = &word, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t read = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (read < 0) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (read == 0 || header == NULL || header->cmsg_type != SCM_RIGHTS) return 0;
    int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int index = maximum; index < count; index++)
        close(((int *)CMSG_DATA(header))[index]);
    if (count > maximum) count = maximum;
    memcpy(descriptors, CMSG_DATA(header), sizeof(int) * count);
    return count;
}
