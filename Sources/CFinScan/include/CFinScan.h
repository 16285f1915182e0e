#pragma once

#include <stddef.h>
#include <stdint.h>

// Vector finders without libraries, locks or state. Nothing is read outside [bytes, bytes + count).
//
// Each finder picks at run time what the processor has: AVX-512 for two of them, AVX2, else portable
// code. The lesser ones are declared as well, so that tests can hold them against each other; where
// the processor has no AVX2, the one named so is the portable one.

/// Marked bytes of one block: bit i stands for the byte at `start + i`.
///
/// No mark left: `bits` is 0 and `start` is the count of the whole input.
typedef struct {
    uint64_t bits;
    size_t start;
} finscan_marks;

/// Where lines end.
typedef struct {
    /// How many offsets were stored.
    size_t stored;
    /// How far the input was scanned; the next scan begins there.
    size_t scanned;
} finscan_lines;

/// Room for the offsets of one scan.
enum { finscan_line_capacity = 128 };

/// Finds LFs and CRs at or after `from` and stores their offsets from there in `ends`, in order.
///
/// Ends with the input, before 65,536 bytes, or when the room may not do for one block of 64 more.
/// `ends` has room for `finscan_line_capacity`; what lies beyond `stored` there is unspecified.
/// `from` is at most `count`.
finscan_lines finscan_line_ends(const uint8_t *bytes, size_t count, size_t from, uint16_t *ends);
finscan_lines finscan_line_ends_avx2(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends);
finscan_lines finscan_line_ends_portable(
    const uint8_t *bytes, size_t count, size_t from, uint16_t *ends);

/// Finds the first 64-byte block at or after `from` that holds a byte with a meaning inside a JSON
/// string: a quote, a backslash, a control character (below 0x20) or a non-ASCII byte.
finscan_marks finscan_string_marks(const uint8_t *bytes, size_t count, size_t from);
finscan_marks finscan_string_marks_avx2(const uint8_t *bytes, size_t count, size_t from);
finscan_marks finscan_string_marks_portable(const uint8_t *bytes, size_t count, size_t from);

/// How far a walk over a JSON string came.
typedef struct {
    /// The first byte that needs a look, or the count of the whole input.
    size_t end;
    /// Whether a backslash was met, one that ends the walk too: 1 or 0.
    int has_escape;
} finscan_run;

/// Walks on inside a JSON string, over characters in whole UTF-8 and escapes.
///
/// Ends at the closing quote, a control character, the first byte of a character that is no UTF-8 or
/// cut off, the backslash of an escape that is wrong, cut off or half of a surrogate pair. `from` is
/// at most `count` and where a character or an escape begins.
finscan_run finscan_string_run(const uint8_t *bytes, size_t count, size_t from);
finscan_run finscan_string_run_portable(const uint8_t *bytes, size_t count, size_t from);

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
