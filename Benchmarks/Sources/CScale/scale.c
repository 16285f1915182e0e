#define _GNU_SOURCE
#include "CScale.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

uint64_t scale_now(void) { return nanoseconds(CLOCK_MONOTONIC); }

uint64_t scale_cpu(void) { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }

static double used(int who) {
    struct rusage usage;
    if (getrusage(who, &usage) != 0) return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double scale_family_seconds(void) { return used(RUSAGE_SELF) + used(RUSAGE_CHILDREN); }

double scale_most_memory(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss * 1024 : 0;
}

double scale_ticks_per_second(void) { return (double)sysconf(_SC_CLK_TCK); }

void scale_pin(int core) {
    if (core < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    // A machine without that core measures on any: the figures are ratios all the same.
    (void)sched_setaffinity(0, sizeof set, &set);
}

uint64_t scale_prepare(void) {
    struct rlimit limit;
    (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    (void)setpriority(PRIO_PROCESS, 0, -10);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return (uint64_t)limit.rlim_cur;
}

const char *scale_text(int count, char **arguments, const char *name) {
    for (int index = 1; index + 1 < count; index++)
        if (strcmp(arguments[index], name) == 0) return arguments[index + 1];
    return NULL;
}

long scale_option(int count, char **arguments, const char *name, long fallback) {
    const char *text = scale_text(count, arguments, name);
    return text ? strtol(text, NULL, 10) : fallback;
}
