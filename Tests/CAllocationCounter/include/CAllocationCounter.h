#pragma once

#include <stdint.h>

/// How many times the calling thread asked the heap for memory since it began.
///
/// Counts malloc, calloc, realloc, aligned_alloc, memalign and posix_memalign of the whole program.
uint64_t allocation_counter_value(void);

/// Whether calls are counted; not under a sanitizer, which has its own heap.
int allocation_counter_is_active(void);
