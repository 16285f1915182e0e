// Hot: once per read, and once more for every few dozen lines of it.

#include "CFinScan.h"
#include "block.h"

// The walk, told short:
//     while a whole block is left, and room for the ends of one more:
//         mark its LFs and CRs; store where each mark is
//     the last bytes: a block that overlaps the one before, shifted down; or word by word

/// Room that one more block may need.
enum { enough = finscan_line_capacity - block_size, furthest = UINT16_MAX + 1 - 2 * block_size };

/// The place of the lowest bit; 64 when there is none.
INLINE size_t lowest_bit(uint64_t bits) { return bits == 0 ? 64 : (size_t)__builtin_ctzll(bits); }

/// Stores the offset of the lowest mark, if there is one; the marks without it.
INLINE uint64_t store_lowest(uint64_t bits, size_t base, uint16_t *end) {
    *end = (uint16_t)(base + lowest_bit(bits));
    return bits & (bits - 1);
}

/// Stores the offsets of the marks of the block at `base`; how many are stored now.
///
/// Two without a question, as a long line and its blank one have, then six: how many there are
/// cannot be foreseen, and a wrong guess costs more than some stores.
INLINE size_t store(uint64_t bits, size_t base, uint16_t *ends, size_t stored) {
    size_t all = stored + (size_t)__builtin_popcountll(bits);
    for (size_t i = stored; i < stored + 2; i++) bits = store_lowest(bits, base, ends + i);
    if (bits == 0) return all;
    for (size_t i = stored + 2; i < stored + 8; i++) bits = store_lowest(bits, base, ends + i);
    for (size_t i = stored + 8; i < all; i++) bits = store_lowest(bits, base, ends + i);
    return all;
}

INLINE uint64_t line_ends_of_word(uint64_t word) {
    return zero_bytes(word ^ every('\n')) | zero_bytes(word ^ every('\r'));
}

/// The marks of the last bytes, fewer than a block; none outside them is read.
INLINE uint64_t line_ends_of_rest(const uint8_t *bytes, size_t count, size_t start) {
    size_t rest = count - start;
    if (count >= block_size && rest > 0) {
        uint64_t bits = marks_of_block(bytes + count - block_size, line_ends_of_word);
        return bits >> (block_size - rest);
    }
    uint64_t bits = 0;
    for (size_t done = 0; done < rest; done += 8)
        bits |= gather(line_ends_of_word(load_padded(bytes + start + done, rest - done))) << done;
    return bits;
}

finscan_lines finscan_line_ends_portable(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    size_t start = from, stored = 0;
    for (; count - start >= block_size; start += block_size) {
        if (stored > enough || start - from >= furthest) return (finscan_lines){stored, start};
        uint64_t bits = marks_of_block(bytes + start, line_ends_of_word);
        if (bits != 0) stored = store(bits, start - from, ends, stored);
    }
    if (stored > enough) return (finscan_lines){stored, start};
    uint64_t bits = line_ends_of_rest(bytes, count, start);
    return (finscan_lines){store(bits, start - from, ends, stored), count};
}

#if defined(__x86_64__)

/// 0xff where a byte equals the table entry of its low nibble: LF and CR answer with themselves.
INLINE WITH_AVX2 __m256i line_ends_of_register(__m256i v) {
    const __m256i table = _mm256_setr_epi8(
        -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0,
        -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
}

INLINE WITH_AVX2 uint64_t line_ends_of_block(const uint8_t *block) {
    return join(line_ends_of_register(load(block)), line_ends_of_register(load(block + 32)));
}

/// Lines are long and their ends rare: two blocks at a time are asked whether there is one at all.
static WITH_AVX2 finscan_lines line_ends_avx2(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    size_t start = from, stored = 0;
    for (; count - start >= 2 * block_size; start += 2 * block_size) {
        if (start - from >= furthest) return (finscan_lines){stored, start};
        __m256i a = line_ends_of_register(load(bytes + start));
        __m256i b = line_ends_of_register(load(bytes + start + 32));
        __m256i c = line_ends_of_register(load(bytes + start + 64));
        __m256i d = line_ends_of_register(load(bytes + start + 96));
        __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        if (_mm256_testz_si256(any, any)) continue;
        stored = store(join(a, b), start - from, ends, stored);
        if (stored > enough) return (finscan_lines){stored, start + block_size};
        stored = store(join(c, d), start + block_size - from, ends, stored);
        if (stored > enough) return (finscan_lines){stored, start + 2 * block_size};
    }
    if (count - start >= block_size) {
        stored = store(line_ends_of_block(bytes + start), start - from, ends, stored);
        start += block_size;
        if (stored > enough) return (finscan_lines){stored, start};
    }
    size_t rest = count - start;
    if (rest == 0) return (finscan_lines){stored, count};
    uint64_t bits = line_ends_of_block(bytes + count - block_size) >> (block_size - rest);
    return (finscan_lines){store(bits, start - from, ends, stored), count};
}

INLINE WITH_AVX512 uint64_t line_ends_512(__m512i v) {
    const __m512i table = _mm512_broadcast_i32x4(
        _mm_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0));
    return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(table, v), v);
}

/// As with AVX2; the last bytes are loaded under a mask.
static WITH_AVX512 finscan_lines line_ends_avx512(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    size_t start = from, stored = 0;
    for (; count - start >= 2 * block_size; start += 2 * block_size) {
        if (start - from >= furthest) return (finscan_lines){stored, start};
        uint64_t first = line_ends_512(load_512(bytes + start, block_size));
        uint64_t second = line_ends_512(load_512(bytes + start + block_size, block_size));
        if ((first | second) == 0) continue;
        stored = store(first, start - from, ends, stored);
        if (stored > enough) return (finscan_lines){stored, start + block_size};
        stored = store(second, start + block_size - from, ends, stored);
        if (stored > enough) return (finscan_lines){stored, start + 2 * block_size};
    }
    while (start < count) {
        size_t rest = count - start < block_size ? count - start : block_size;
        uint64_t bits = line_ends_512(load_512(bytes + start, rest));
        stored = store(bits, start - from, ends, stored);
        start += rest;
        if (stored > enough) break;
    }
    return (finscan_lines){stored, start};
}

finscan_lines finscan_line_ends_avx2(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    if (count >= block_size && has_avx2()) return line_ends_avx2(bytes, count, from, ends);
    return finscan_line_ends_portable(bytes, count, from, ends);
}

finscan_lines finscan_line_ends(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    if (has_avx512()) return line_ends_avx512(bytes, count, from, ends);
    return finscan_line_ends_avx2(bytes, count, from, ends);
}

#else

finscan_lines finscan_line_ends_avx2(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    return finscan_line_ends_portable(bytes, count, from, ends);
}

finscan_lines finscan_line_ends(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends) {
    return finscan_line_ends_portable(bytes, count, from, ends);
}

#endif
