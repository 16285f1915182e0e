#pragma once

#include <stddef.h>
#include <stdint.h>

// What the hot paths are held against: the least that any of them could do, in plain C.

/// Finds every LF of the input with one memchr each; how many there are.
size_t floor_line_ends(const uint8_t *bytes, size_t count);

/// Hashes the input with SHA-256, `count / 64` compressions and two more; the hash's first 8 bytes.
uint64_t floor_compressions(const uint8_t *bytes, size_t count);

/// HMAC-SHA256 of a message by libcrypto's HMAC(), which prepares the key each time; 1 if it equals
/// the 32 bytes of `expected`.
int peer_hmac_matches(
    const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
    const uint8_t *expected);

/// The version of the libcrypto that was linked.
const char *peer_hmac_version(void);
