// Hot: once per signature.

#include "CFinScan.h"
#include "word.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// The value of a digit, or 0xff.
static inline uint8_t value_of(uint8_t digit, int upper_case_allowed) {
    uint8_t number = (uint8_t)(digit - '0');
    if (number <= 9) return number;
    uint8_t letter = (uint8_t)((upper_case_allowed ? digit | 0x20 : digit) - 'a');
    return letter <= 5 ? (uint8_t)(letter + 10) : 0xff;
}

int finscan_hex_decode_portable(
    const uint8_t *digits, uint8_t *bytes, size_t byte_count, int upper_case_allowed) {
    uint8_t wrong = 0;
    for (size_t i = 0; i < byte_count; i++) {
        uint8_t high = value_of(digits[2 * i], upper_case_allowed);
        uint8_t low = value_of(digits[2 * i + 1], upper_case_allowed);
        wrong |= high | low;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return (wrong & 0x80) == 0;
}

#if defined(__x86_64__)

/// Sixteen-bit words of two nibbles each; clears bits of `valid` where a digit is none.
static inline __attribute__((always_inline, target("avx2"))) __m256i nibble_pairs(
    __m256i text, __m256i *valid) {
    __m256i number = _mm256_sub_epi8(text, _mm256_set1_epi8('0'));
    __m256i letter = _mm256_sub_epi8(text, _mm256_set1_epi8('a'));
    __m256i is_number = _mm256_cmpeq_epi8(_mm256_min_epu8(number, _mm256_set1_epi8(9)), number);
    __m256i is_letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(5)), letter);
    *valid = _mm256_and_si256(*valid, _mm256_or_si256(is_number, is_letter));
    __m256i ten_up = _mm256_add_epi8(letter, _mm256_set1_epi8(10));
    __m256i value = _mm256_blendv_epi8(ten_up, number, is_number);
    return _mm256_maddubs_epi16(value, _mm256_set1_epi16(0x0110)); // first digit * 16 + second
}

/// Decodes 64 lower-case digits.
static __attribute__((target("avx2"))) int decode_64(const uint8_t *digits, uint8_t *bytes) {
    __m256i valid = _mm256_set1_epi8(-1);
    __m256i low = nibble_pairs(_mm256_loadu_si256((const __m256i *)digits), &valid);
    __m256i high = nibble_pairs(_mm256_loadu_si256((const __m256i *)(digits + 32)), &valid);
    // packus works per 128-bit half: put the quarters back in order.
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
    _mm256_storeu_si256((__m256i *)bytes, packed);
    return _mm256_movemask_epi8(valid) == -1;
}

#endif

int finscan_hex_decode(
    const uint8_t *digits, uint8_t *bytes, size_t byte_count, int upper_case_allowed) {
#if defined(__x86_64__)
    if (byte_count == 32 && !upper_case_allowed && __builtin_cpu_supports("avx2"))
        return decode_64(digits, bytes);
#endif
    return finscan_hex_decode_portable(digits, bytes, byte_count, upper_case_allowed);
}

void finscan_hex_encode(const uint8_t *bytes, size_t byte_count, uint8_t *digits) {
    static const char alphabet[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                      '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    for (size_t i = 0; i < byte_count; i++) {
        digits[2 * i] = (uint8_t)alphabet[bytes[i] >> 4];
        digits[2 * i + 1] = (uint8_t)alphabet[bytes[i] & 15];
    }
}

int finscan_equal_in_constant_time(const uint8_t *left, const uint8_t *right, size_t count) {
    // Volatile: the compiler must not end the loop at the first difference.
    volatile uint64_t difference = 0;
    size_t i = 0;
    for (; count - i >= 8; i += 8) difference |= load_word(left + i) ^ load_word(right + i);
    for (; i < count; i++) difference |= (uint64_t)(left[i] ^ right[i]);
    return difference == 0;
}
