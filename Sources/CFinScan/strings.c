// Hot: once per string of a document, and once more for every odd byte in it.

#include "CFinScan.h"
#include "block.h"

// The walk, told short:
//     mark the backslashes of a block; a byte behind an odd run of them is escaped
//     odd: a quote that is not escaped, an escaped byte that is no simple escape's letter,
//          a control character, a non-ASCII byte
//     none odd: go on with the next block, remembering whether its first byte is escaped
//     else: stop at the first odd one
// Simple escapes are so stepped over without a branch, as most texts have many.

/// Whether a byte may stand behind a backslash by itself.
INLINE int is_simple_escape(uint8_t letter) {
    switch (letter) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return 1;
    default: return 0;
    }
}

size_t finscan_string_run_portable(const uint8_t *bytes, size_t count, size_t from) {
    size_t at = from;
    while (at < count) {
        uint8_t byte = bytes[at];
        if (byte == '\\') {
            if (at + 1 == count || !is_simple_escape(bytes[at + 1])) break;
            at += 2;
        } else if (byte == '"' || byte < 0x20 || byte >= 0x80) {
            break;
        } else {
            at++;
        }
    }
    return at;
}

#if defined(__x86_64__)

/// The bytes that a backslash escapes, given all backslashes; `carried` is 1 if the first byte is
/// escaped from the block before, and is set for the next block.
///
/// - Source: Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019; simdjson's
///   `json_escape_scanner`.
INLINE uint64_t escaped_bytes(uint64_t slashes, uint64_t *carried) {
    const uint64_t odd = UINT64_C(0xaaaaaaaaaaaaaaaa);
    uint64_t starts = slashes & ~*carried;
    uint64_t maybe = starts << 1;
    uint64_t codes = ((maybe | odd) - starts) ^ odd;
    uint64_t escaped = codes ^ (slashes | *carried);
    *carried = (codes & slashes) >> 63;
    return escaped;
}

INLINE WITH_AVX2 uint64_t equal_bytes(__m256i low, __m256i high, char byte) {
    __m256i every = _mm256_set1_epi8(byte);
    return join(_mm256_cmpeq_epi8(low, every), _mm256_cmpeq_epi8(high, every));
}

/// 0xff where a byte is the letter of a simple escape: the table entry of its low nibble, b or r.
///
/// b and r share their nibble with the quote and are compared by themselves.
INLINE WITH_AVX2 __m256i letters_of_register(__m256i v) {
    const __m256i table = _mm256_setr_epi8(
        -1, 0, '"', 0, 't', 0, 'f', 0, 0, 0, 0, 0, '\\', 0, 'n', '/',
        -1, 0, '"', 0, 't', 0, 'f', 0, 0, 0, 0, 0, '\\', 0, 'n', '/');
    __m256i most = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
    __m256i b = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('b'));
    __m256i r = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('r'));
    return _mm256_or_si256(most, _mm256_or_si256(b, r));
}

static WITH_AVX2 size_t string_run_avx2(const uint8_t *bytes, size_t count, size_t from) {
    size_t start = from;
    uint64_t carried = 0;
    for (; count - start >= block_size; start += block_size) {
        __m256i low = load(bytes + start), high = load(bytes + start + 32);
        __m256i space = _mm256_set1_epi8(0x20);
        uint64_t slashes = equal_bytes(low, high, '\\');
        uint64_t odd = equal_bytes(low, high, '"')
            | join(_mm256_cmpgt_epi8(space, low), _mm256_cmpgt_epi8(space, high));
        uint64_t escaped = 0;
        if ((slashes | carried) != 0) {
            uint64_t letters = join(letters_of_register(low), letters_of_register(high));
            escaped = escaped_bytes(slashes, &carried);
            odd = (odd & ~escaped) | (escaped & ~letters);
        }
        if (odd != 0) {
            size_t place = (size_t)__builtin_ctzll(odd);
            // An escaped byte that is odd: the run ends at its backslash.
            return start + place - (escaped >> place & 1);
        }
    }
    // A byte that is escaped from the block before begins with its backslash.
    return finscan_string_run_portable(bytes, count, start - carried);
}

size_t finscan_string_run(const uint8_t *bytes, size_t count, size_t from) {
    if (count - from >= block_size && has_avx2()) return string_run_avx2(bytes, count, from);
    return finscan_string_run_portable(bytes, count, from);
}

#else

size_t finscan_string_run(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_string_run_portable(bytes, count, from);
}

#endif
