// Hot: once per marked 64-byte block of a document.

#include "CFinScan.h"
#include "block.h"

// --- portable: eight bytes at a time ---

INLINE uint64_t string_marks_of_word(uint64_t word) {
    uint64_t controls = zero_bytes(word & every(0xe0));
    uint64_t others = word & every(0x80);
    return zero_bytes(word ^ every('"')) | zero_bytes(word ^ every('\\')) | controls | others;
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

finscan_marks finscan_string_marks_portable(const uint8_t *bytes, size_t count, size_t from) {
    return find(bytes, count, from, string_marks_of_word);
}

#if defined(__x86_64__)

// --- AVX2: two registers of 32 bytes ---

/// Signed "below 0x20" covers control characters and non-ASCII bytes at once.
INLINE WITH_AVX2 __m256i string_marks_of_register(__m256i v) {
    __m256i quotes = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
    __m256i slashes = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'));
    __m256i others = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v);
    return _mm256_or_si256(_mm256_or_si256(quotes, slashes), others);
}

INLINE WITH_AVX2 uint64_t string_marks_of_block(const uint8_t *block) {
    return join(string_marks_of_register(load(block)), string_marks_of_register(load(block + 32)));
}

/// As `find`, for inputs of a block or more.
static WITH_AVX2 finscan_marks string_marks_avx2(const uint8_t *bytes, size_t count, size_t from) {
    size_t start = from;
    for (; count - start >= block_size; start += block_size) {
        uint64_t bits = string_marks_of_block(bytes + start);
        if (bits != 0) return (finscan_marks){bits, start};
    }
    size_t rest = count - start;
    if (rest == 0) return (finscan_marks){0, count};
    uint64_t bits = string_marks_of_block(bytes + count - block_size) >> (block_size - rest);
    return (finscan_marks){bits, bits != 0 ? start : count};
}

/// As with AVX2; the last bytes are loaded under a mask that leaves out what lies beyond.
static WITH_AVX512 finscan_marks string_marks_avx512(
    const uint8_t *bytes, size_t count, size_t from) {
    for (size_t start = from; start < count; start += block_size) {
        size_t rest = count - start;
        __m512i v = load_512(bytes + start, rest);
        uint64_t bits = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"'))
            | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\'))
            | _mm512_cmplt_epi8_mask(v, _mm512_set1_epi8(0x20));
        if (rest < block_size) bits &= (UINT64_C(1) << rest) - 1;
        if (bits != 0) return (finscan_marks){bits, start};
    }
    return (finscan_marks){0, count};
}

finscan_marks finscan_string_marks_avx2(const uint8_t *bytes, size_t count, size_t from) {
    if (count >= block_size && has_avx2()) return string_marks_avx2(bytes, count, from);
    return finscan_string_marks_portable(bytes, count, from);
}

finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from) {
    if (has_avx512()) return string_marks_avx512(bytes, count, from);
    return finscan_string_marks_avx2(bytes, count, from);
}

#else

finscan_marks finscan_string_marks_avx2(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_string_marks_portable(bytes, count, from);
}

finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_string_marks_portable(bytes, count, from);
}

#endif
