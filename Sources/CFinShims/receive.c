// Hot: once per read.
//
// Kernel receive stamps of exactly the reads that libcurl makes.
//
// libcurl offers no hook around its reads, and asking beside it (a MSG_PEEK before the call) is not
// exact: libcurl 7.88 reads on while the socket is readable, so bytes that arrive after the peek come
// with the stamp of those before it (seen: 62 us before the server wrote them), and a response that
// came while a timer was served had none at all (6 to 10 % of instant answers). The executable's `recv`
// takes the place of the C library's for every shared library in the process, so it can ask for the
// stamp in the read itself: one system call instead of two. Where that does not hold (a libcurl that
// is linked statically, or reads by another call), no stamp comes, and the callback's clock is used
// and counted as such.
#include "CFinShims.h"

#include <poll.h>
#include <signal.h>

static _Thread_local int is_stamping;
static _Thread_local uint64_t last_stamp;
static _Thread_local uint32_t read_number;
static _Thread_local int emptied = -1;  // What the last read emptied and nobody has asked of; -1: none.

void fin_stamp_begin(void) {
    is_stamping = 1;
    last_stamp = 0;
    emptied = -1;
}

void fin_stamp_end(void) {
    is_stamping = 0;
    last_stamp = 0;
    emptied = -1;
}

uint64_t fin_stamp_last(void) { return last_stamp; }

uint32_t fin_read_number(void) { return read_number; }

// glibc shows it only with _GNU_SOURCE; see CFinShims.h.
extern int ppoll(struct pollfd *list, nfds_t count, const struct timespec *limit,
                 const sigset_t *mask);

static uint64_t stamp_of(struct msghdr *message) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMPING) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
            return (uint64_t)stamp.tv_sec * 1000000000ull + (uint64_t)stamp.tv_nsec;
        }
    return 0;
}

// POSIX: recv is recvfrom without an address; recvmsg of one buffer is the same again.
ssize_t recv(int fd, void *buffer, size_t length, int flags) {
    if (!is_stamping || (flags & MSG_PEEK)) return recvfrom(fd, buffer, length, flags, NULL, NULL);
    union {
        char bytes[256];
        struct cmsghdr header;
    } control;
    struct iovec vector = {buffer, length};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(fd, &message, flags);
    if (count > 0) {
        last_stamp = stamp_of(&message);
        read_number++;
    }
    emptied = count > 0 && (size_t)count < length ? fd : -1;
    return count;
}

// After each read libcurl 7.88 asks whether the socket has more, one system call for every event. A
// read that brought less than there was room for has answered that already, once; what comes later is
// epoll's to tell, which is told by level. Any other question goes to the kernel.
int poll(struct pollfd *list, nfds_t count, int timeout) {
    if (is_stamping && timeout == 0 && count == 1 && list->fd == emptied &&
        !(list->events & POLLOUT)) {
        emptied = -1;
        list->revents = 0;
        return 0;
    }
    // POSIX has no second name for poll; Linux's other one takes its limit as a timespec.
    struct timespec limit = {.tv_sec = timeout / 1000, .tv_nsec = timeout % 1000 * 1000000L};
    return ppoll(list, count, timeout < 0 ? NULL : &limit, NULL);
}
