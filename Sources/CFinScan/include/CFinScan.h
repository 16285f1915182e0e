#pragma once

#include <stddef.h>
#include <stdint.h>

// Vector finders without libraries, locks or state. Nothing is read outside [bytes, bytes + count).
//
// Each finder picks AVX2 at run time where the processor has it, else the portable code beside it,
// which is declared here as well so that tests can hold the two against each other.

/// Marked bytes of one block: bit i stands for the byte at `start + i`.
///
/// No mark left: `bits` is 0 and `start` is the count of the whole input.
typedef struct {
    uint64_t bits;
    size_t start;
} finscan_marks;

/// Finds the first 64-byte block at or after `from` that holds an LF or a CR, with all its marks.
///
/// Blocks begin at `from`; `from` is at most `count`.
finscan_marks finscan_line_ends(const uint8_t *bytes, size_t count, size_t from);
finscan_marks finscan_line_ends_portable(const uint8_t *bytes, size_t count, size_t from);

/// Finds the first 64-byte block at or after `from` that holds a byte with a meaning inside a JSON
/// string: a quote, a backslash, a control character (below 0x20) or a non-ASCII byte.
finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from);
finscan_marks finscan_string_marks_portable(const uint8_t *bytes, size_t count, size_t from);

/// Digests of a text and of its beginning.
typedef struct {
    uint64_t prefix;
    uint64_t whole;
} finscan_digests;

/// Computes the digest of the first `prefix_count` bytes and of all `count` bytes in one pass.
///
/// Equal bytes give equal digests on every platform. Not a cryptographic hash.
finscan_digests finscan_text_digests(const uint8_t *bytes, size_t count, size_t prefix_count);

/// Decodes `2 * byte_count` hexadecimal digits; returns 1, or 0 if one of them is not a digit.
///
/// Lower case only, unless `upper_case_allowed` is not 0. What was written to `bytes` on 0 is unspecified.
int finscan_hex_decode(
    const uint8_t *digits, uint8_t *bytes, size_t byte_count, int upper_case_allowed);
int finscan_hex_decode_portable(
    const uint8_t *digits, uint8_t *bytes, size_t byte_count, int upper_case_allowed);

/// Writes `2 * byte_count` lower-case hexadecimal digits.
void finscan_hex_encode(const uint8_t *bytes, size_t byte_count, uint8_t *digits);

/// Whether two byte strings are equal, in a time that depends on `count` alone.
int finscan_equal_in_constant_time(const uint8_t *left, const uint8_t *right, size_t count);
