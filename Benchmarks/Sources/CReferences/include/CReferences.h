// Counts what this program asks the Swift runtime for on one thread: retains, releases, new objects.
#ifndef FINBENCH_CREFERENCES_H
#define FINBENCH_CREFERENCES_H

#include <stdbool.h>
#include <stdint.h>

// Counts from now on, on the thread that has this name (`top -H` shows it; 15 bytes at the most).
// Call it before that thread is started. Every call is slower from then on: count, do not time.
// What the runtime's own libraries call among themselves is not counted, and neither are boxes, errors
// and weak references. Answers whether retains,
// releases and new objects are: they are not where the runtime is linked statically.
bool references_count_on(const char *thread);

// Retains and releases so far.
uint64_t references_counted(void);

// Objects made so far.
uint64_t references_objects(void);

#endif
