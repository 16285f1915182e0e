// What the C programs beside `scale` share: the clock, a core of one's own, numbers as arguments.
#ifndef FINBENCH_CSCALE_H
#define FINBENCH_CSCALE_H

#include <stdint.h>

// CLOCK_MONOTONIC, nanoseconds.
uint64_t scale_now(void);

// Processor time that this process has used, nanoseconds.
uint64_t scale_cpu(void);

// Processor time of this process and of the children that it has waited for, seconds.
double scale_family_seconds(void);

// The most resident memory that this process ever had, bytes.
double scale_most_memory(void);

// The unit of the kernel's own counts of processor time.
double scale_ticks_per_second(void);

// Binds the whole process, threads to come included, to one core; below 0: leaves it alone.
void scale_pin(int core);

// Asks for timers without slack, for the priority of finbench's load thread, which on a busy machine
// would be served before a client that has none, and for as many open files as the system gives;
// answers their limit. Without the right to a priority there is none for either.
uint64_t scale_prepare(void);

// The number behind `--name`, or `fallback`.
long scale_option(int count, char **arguments, const char *name, long fallback);

// The text behind `--name`, or NULL.
const char *scale_text(int count, char **arguments, const char *name);

#endif
