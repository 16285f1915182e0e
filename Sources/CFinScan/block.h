#pragma once

#include "word.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WITH_AVX2 __attribute__((target("avx2,bmi,popcnt")))
#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,bmi,popcnt")))
#endif

// Blocks of 64 bytes become 64 bits: bit i is byte i.

#define INLINE static inline __attribute__((always_inline))

enum { block_size = 64 };

// --- portable: eight bytes at a time ---

/// 0x80 in each byte of `word` that is zero, and nowhere else.
INLINE uint64_t zero_bytes(uint64_t word) {
    uint64_t low = every(0x7f);
    return ~(((word & low) + low) | word | low);
}

/// Gathers the top bits of eight bytes into one byte.
INLINE uint64_t gather(uint64_t tops) {
    return ((tops >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

/// From a word to the top bits of its marked bytes.
typedef uint64_t (*word_function)(uint64_t word);

INLINE uint64_t marks_of_block(const uint8_t *block, word_function tops_of) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) bits |= gather(tops_of(load_word(block + 8 * i))) << 8 * i;
    return bits;
}

/// The first `count` bytes as a word, padded with `a`, which no finder marks.
INLINE uint64_t load_padded(const uint8_t *bytes, size_t count) {
    if (count >= 8) return load_word(bytes);
    uint64_t word = every('a');
    for (size_t i = count; i > 0; i--) word = word << 8 | bytes[i - 1];
    return word;
}

#if defined(__x86_64__)

// --- AVX2: two registers of 32 bytes ---

/// Whether the processor has what WITH_AVX2 asks for.
INLINE int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
        && __builtin_cpu_supports("popcnt");
}

INLINE WITH_AVX2 __m256i load(const uint8_t *bytes) {
    return _mm256_loadu_si256((const __m256i *)bytes);
}

INLINE WITH_AVX2 uint64_t join(__m256i low, __m256i high) {
    uint64_t bits = (uint32_t)_mm256_movemask_epi8(high);
    return bits << 32 | (uint32_t)_mm256_movemask_epi8(low);
}

// --- AVX-512: one register of 64 bytes ---

/// Whether the processor has what WITH_AVX512 asks for.
INLINE int has_avx512(void) { return has_avx2() && __builtin_cpu_supports("avx512bw"); }

/// A block, or its first `count` bytes and zeros; bytes beyond are not read.
INLINE WITH_AVX512 __m512i load_512(const uint8_t *bytes, size_t count) {
    if (count >= block_size) return _mm512_loadu_si512(bytes);
    return _mm512_maskz_loadu_epi8((UINT64_C(1) << count) - 1, bytes);
}

#endif
