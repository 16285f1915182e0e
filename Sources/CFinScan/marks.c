// Hot: once per marked 64-byte block of a read.

#include "CFinScan.h"
#include "word.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WITH_AVX2 __attribute__((target("avx2")))
#endif

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

INLINE uint64_t line_ends_of_word(uint64_t word) {
    return zero_bytes(word ^ every('\n')) | zero_bytes(word ^ every('\r'));
}

INLINE uint64_t string_marks_of_word(uint64_t word) {
    uint64_t controls = zero_bytes(word & every(0xe0));
    uint64_t others = word & every(0x80);
    return zero_bytes(word ^ every('"')) | zero_bytes(word ^ every('\\')) | controls | others;
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

/// Walks the blocks from `from` on until one has a mark.
///
/// A last block that is cut short overlaps the one before it and is shifted down; an input shorter
/// than a block is taken word by word. So no byte outside the input is read.
INLINE finscan_marks find(
    const uint8_t *bytes, size_t count, size_t from, word_function tops_of) {
    size_t start = from;
    for (; count - start >= block_size; start += block_size) {
        uint64_t bits = marks_of_block(bytes + start, tops_of);
        if (bits != 0) return (finscan_marks){bits, start};
    }
    size_t rest = count - start;
    if (rest == 0) return (finscan_marks){0, count};
    uint64_t bits;
    if (count >= block_size) {
        bits = marks_of_block(bytes + count - block_size, tops_of) >> (block_size - rest);
    } else {
        bits = 0;
        for (size_t done = 0; done < rest; done += 8)
            bits |= gather(tops_of(load_padded(bytes + start + done, rest - done))) << done;
    }
    return (finscan_marks){bits, bits != 0 ? start : count};
}

finscan_marks finscan_line_ends_portable(const uint8_t *bytes, size_t count, size_t from) {
    return find(bytes, count, from, line_ends_of_word);
}

finscan_marks finscan_string_marks_portable(const uint8_t *bytes, size_t count, size_t from) {
    return find(bytes, count, from, string_marks_of_word);
}

#if defined(__x86_64__)

// --- AVX2: two registers of 32 bytes ---

INLINE WITH_AVX2 __m256i load(const uint8_t *bytes) {
    return _mm256_loadu_si256((const __m256i *)bytes);
}

INLINE WITH_AVX2 uint64_t join(__m256i low, __m256i high) {
    uint64_t bits = (uint32_t)_mm256_movemask_epi8(high);
    return bits << 32 | (uint32_t)_mm256_movemask_epi8(low);
}

/// 0xff where a byte equals the table entry of its low nibble: LF and CR answer with themselves.
INLINE WITH_AVX2 __m256i line_ends_of_register(__m256i v) {
    const __m256i table = _mm256_setr_epi8(
        -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0,
        -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
}

/// Signed "below 0x20" covers control characters and non-ASCII bytes at once.
INLINE WITH_AVX2 __m256i string_marks_of_register(__m256i v) {
    __m256i quotes = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
    __m256i slashes = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'));
    __m256i others = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v);
    return _mm256_or_si256(_mm256_or_si256(quotes, slashes), others);
}

/// As `find`; a macro, as code for AVX2 cannot be inlined through a function pointer.
#define FIND_AVX2(name, marks_of)                                                              \
    INLINE WITH_AVX2 finscan_marks name(const uint8_t *bytes, size_t count, size_t from) {     \
        size_t start = from;                                                                   \
        for (; count - start >= block_size; start += block_size) {                             \
            const uint8_t *block = bytes + start;                                              \
            uint64_t bits = join(marks_of(load(block)), marks_of(load(block + 32)));           \
            if (bits != 0) return (finscan_marks){bits, start};                                \
        }                                                                                      \
        size_t rest = count - start;                                                           \
        if (rest == 0) return (finscan_marks){0, count};                                       \
        const uint8_t *block = bytes + count - block_size;                                     \
        uint64_t bits = join(marks_of(load(block)), marks_of(load(block + 32)));               \
        bits >>= block_size - rest;                                                            \
        return (finscan_marks){bits, bits != 0 ? start : count};                               \
    }

FIND_AVX2(find_line_ends, line_ends_of_register)
FIND_AVX2(find_string_marks, string_marks_of_register)

/// Lines are long and their ends rare: after a first look, skips four registers at a time.
static WITH_AVX2 finscan_marks line_ends_avx2(const uint8_t *bytes, size_t count, size_t from) {
    size_t start = from;
    for (; count - start >= 2 * block_size; start += 2 * block_size) {
        __m256i a = line_ends_of_register(load(bytes + start));
        __m256i b = line_ends_of_register(load(bytes + start + 32));
        __m256i low = _mm256_or_si256(a, b);
        if (!_mm256_testz_si256(low, low)) return (finscan_marks){join(a, b), start};
        __m256i c = line_ends_of_register(load(bytes + start + 64));
        __m256i d = line_ends_of_register(load(bytes + start + 96));
        __m256i high = _mm256_or_si256(c, d);
        if (!_mm256_testz_si256(high, high))
            return (finscan_marks){join(c, d), start + block_size};
    }
    return find_line_ends(bytes, count, start);
}

static WITH_AVX2 finscan_marks string_marks_avx2(const uint8_t *bytes, size_t count, size_t from) {
    return find_string_marks(bytes, count, from);
}

finscan_marks finscan_line_ends(const uint8_t *bytes, size_t count, size_t from) {
    if (count >= block_size && __builtin_cpu_supports("avx2"))
        return line_ends_avx2(bytes, count, from);
    return finscan_line_ends_portable(bytes, count, from);
}

finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from) {
    if (count >= block_size && __builtin_cpu_supports("avx2"))
        return string_marks_avx2(bytes, count, from);
    return finscan_string_marks_portable(bytes, count, from);
}

#else

finscan_marks finscan_line_ends(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_line_ends_portable(bytes, count, from);
}

finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_string_marks_portable(bytes, count, from);
}

#endif
