// What Swift cannot import: libcurl's variadic calls, epoll's union, kernel receive stamps.
// Each function is one call. Removed when Swift can call C variadics.
#ifndef FINBENCH_CFINSHIMS_H
#define FINBENCH_CFINSHIMS_H

#include <curl/curl.h>
#include <errno.h>
#include <linux/net_tstamp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// glibc shows this one only with _GNU_SOURCE, and with that its types differ from those of the
// Glibc module that Swift imports. The mask is a plain bit set.
extern int sched_setaffinity(pid_t process, size_t size, const void *mask);
extern int sched_getaffinity(pid_t process, size_t size, void *mask);

// --- libcurl: one setter per C type; parentheses bypass the type-check macros ---

static inline CURLcode fin_set_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode fin_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return (curl_easy_setopt)(easy, option, value);
}
typedef size_t (*fin_data_function)(char *, size_t, size_t, void *);
static inline CURLcode fin_set_data_function(CURL *easy, CURLoption option,
                                             fin_data_function value) {
    return (curl_easy_setopt)(easy, option, value);
}
typedef int (*fin_request_function)(void *, char *, char *, int, int);
static inline CURLcode fin_set_request_function(CURL *easy, fin_request_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_PREREQFUNCTION, value);
}
// libcurl copies `size` bytes; the size goes first, or it would look for a zero behind them.
static inline CURLcode fin_set_body(CURL *easy, const void *bytes, curl_off_t size) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_POSTFIELDSIZE_LARGE, size);
    // Without a pointer libcurl would ask a read function instead.
    return code ? code : (curl_easy_setopt)(easy, CURLOPT_COPYPOSTFIELDS, bytes ? bytes : "");
}
static inline CURLcode fin_get_long(CURL *easy, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(easy, info, value);
}
static inline CURLcode fin_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return (curl_easy_getinfo)(easy, info, value);
}
static inline CURLcode fin_get_pointer(CURL *easy, CURLINFO info, void *value) {
    return (curl_easy_getinfo)(easy, info, value);
}
static inline CURLMcode fin_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}
static inline CURLMcode fin_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return (curl_multi_setopt)(multi, option, value);
}
typedef int (*fin_socket_function)(CURL *, curl_socket_t, int, void *, void *);
static inline CURLMcode fin_multi_set_socket_function(CURLM *multi, fin_socket_function value) {
    return (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, value);
}
typedef int (*fin_timer_function)(CURLM *, long, void *);
static inline CURLMcode fin_multi_set_timer_function(CURLM *multi, fin_timer_function value) {
    return (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, value);
}
static inline CURLSHcode fin_share(CURLSH *share, curl_lock_data what) {
    return (curl_share_setopt)(share, CURLSHOPT_SHARE, what);
}
static inline CURLcode fin_message_result(const CURLMsg *message) {
    return message->data.result;
}

// Whether libcurl was built with a file of authorities, beside a folder of them or not.
static inline int fin_has_authority_file(void) {
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    return info->age >= CURLVERSION_SEVENTH && info->cainfo != NULL;
}

// --- kernel receive stamps ---

// Asks the kernel to stamp every packet of a socket.
static inline void fin_stamp_socket(int fd) {
    int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    // A kernel that refuses leaves the callback's clock; the run counts and reports that.
    (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
}
typedef int (*fin_open_function)(void *, curl_socket_t, curlsocktype);
typedef int (*fin_close_function)(void *, curl_socket_t);
static inline CURLcode fin_set_open_function(CURL *easy, fin_open_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_SOCKOPTFUNCTION, value);
}
static inline CURLcode fin_set_close_function(CURL *easy, fin_close_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}

// libcurl's reads are our `recv` (receive.c). Between these two calls it asks the kernel for the
// receive stamp of each read, and a socket that was just emptied is not asked for more; outside, and
// on other threads, both calls are the system's.
void fin_stamp_begin(void);
void fin_stamp_end(void);
// CLOCK_REALTIME nanoseconds of the newest packet in this thread's last stamped read; 0: none.
uint64_t fin_stamp_last(void);
// The number of this thread's last stamped read; 0: there was none.
uint32_t fin_read_number(void);

// --- epoll: its data is a union ---

static inline int fin_epoll_control(int epoll, int operation, int fd, uint32_t events,
                                    uint64_t tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, operation, fd, &event);
}
static inline int fin_epoll_wait(int epoll, struct epoll_event *events, int count,
                                 int64_t nanoseconds) {
    struct timespec timeout = {.tv_sec = nanoseconds / 1000000000,
                               .tv_nsec = nanoseconds % 1000000000};
    return epoll_pwait2(epoll, events, count, nanoseconds < 0 ? NULL : &timeout, NULL);
}
static inline uint64_t fin_event_tag(const struct epoll_event *event) {
    return event->data.u64;
}
static inline uint32_t fin_event_bits(const struct epoll_event *event) {
    return event->events;
}

// --- the thread and its limits ---

// The kernel may round a wait up by the timer slack, 50 us by default: ask for 1 ns.
static inline int fin_tighten_timers(void) { return prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

// What `top -H` shows of the calling thread; the kernel keeps the first 15 bytes.
static inline int fin_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline int fin_pin_thread(int processor) {
    unsigned char mask[128] = {0};
    if (processor < 0 || processor >= 1024) return -1;
    mask[processor / 8] = (unsigned char)(1 << (processor % 8));
    return sched_setaffinity(0, sizeof mask, mask);
}

// Which processors the calling thread may run on, a bit each; -1 where the kernel does not say.
static inline int fin_allowed_processors(unsigned char mask[128]) {
    memset(mask, 0, 128);
    return sched_getaffinity(0, 128, mask);
}

// Linux keeps a niceness for each thread; 0 names the calling one.
static inline int fin_nice_thread(int niceness) {
    return setpriority(PRIO_PROCESS, 0, niceness);
}

// What the kernel knows of the wall clock: 1 when it is synchronised, 0 when not, -1 when it does not
// say; the largest admitted error in microseconds.
static inline int fin_clock_state(int64_t *maximum_error) {
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    if (result < 0) return -1;
    *maximum_error = state.maxerror;
    return result != TIME_ERROR && !(state.status & STA_UNSYNC);
}

// Raises the soft limit of open files to the hard one; returns the limit in force.
static inline uint64_t fin_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    return (uint64_t)limit.rlim_cur;
}

#endif
