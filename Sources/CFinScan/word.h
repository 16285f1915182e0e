#pragma once

#include <stdint.h>
#include <string.h>

// One bit order for all: bit i of a mask is byte i in memory.
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "CFinScan expects a little-endian processor"
#endif

static inline uint64_t load_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t load_half(const uint8_t *bytes) {
    uint32_t half;
    memcpy(&half, bytes, sizeof half);
    return half;
}

static inline uint64_t every(uint8_t byte) { return byte * UINT64_C(0x0101010101010101); }
