// Hot: a few times per event.

#include "CFinScan.h"
#include "word.h"

// Four lanes of 128-bit multiplications, 16 bytes each, after wyhash (Wang Yi, public domain).
// The digest of a prefix costs one more block: the lanes are forked at the prefix's last whole one.

typedef struct {
    uint64_t lane[4];
} lanes;

enum { block_size = 64, step_size = 16 };

static const uint64_t salt[4] = {
    UINT64_C(0xa0761d6478bd642f), UINT64_C(0xe7037ed1a0b428db),
    UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3)};

static inline uint64_t mix(uint64_t left, uint64_t right) {
    __uint128_t product = (__uint128_t)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline void take_block(lanes *state, const uint8_t *block) {
    for (int i = 0; i < 4; i++) {
        const uint8_t *step = block + step_size * i;
        state->lane[i] = mix(load_word(step) ^ salt[i], load_word(step + 8) ^ state->lane[i]);
    }
}

/// The last 0 to 16 bytes, read as two words that may overlap.
static inline uint64_t take_rest(const uint8_t *bytes, size_t count, uint64_t digest) {
    uint64_t first = 0, second = 0;
    if (count >= 8) {
        first = load_word(bytes);
        second = load_word(bytes + count - 8);
    } else if (count >= 4) {
        first = load_half(bytes);
        second = load_half(bytes + count - 4);
    } else if (count > 0) {
        first = (uint64_t)bytes[0] << 16 | (uint64_t)bytes[count / 2] << 8 | bytes[count - 1];
    }
    return mix(first ^ salt[1], second ^ digest);
}

/// A text shorter than a block: sixteen bytes at a time.
static uint64_t digest_of_short(const uint8_t *bytes, size_t count) {
    uint64_t digest = salt[0];
    size_t rest = count;
    for (; rest > step_size; rest -= step_size, bytes += step_size)
        digest = mix(load_word(bytes) ^ salt[2], load_word(bytes + 8) ^ digest);
    return mix(salt[3] ^ count, take_rest(bytes, rest, digest));
}

/// The digest of the first `count` bytes, a block at least, when all their whole blocks were taken.
///
/// The last 64 bytes are taken once more, overlapping or not: a walk over the rest would cost a wrong
/// guess of how long it is.
static inline uint64_t finish(lanes state, const uint8_t *bytes, size_t count) {
    take_block(&state, bytes + count - block_size);
    uint64_t left = mix(state.lane[0] ^ salt[2], state.lane[1] ^ count);
    uint64_t right = mix(state.lane[2] ^ salt[3], state.lane[3]);
    return mix(left ^ salt[1], right);
}

finscan_digests finscan_text_digests(const uint8_t *bytes, size_t count, size_t prefix_count) {
    finscan_digests digests = {0, 0};
    lanes state = {{salt[0], salt[1], salt[2], salt[3]}};
    size_t at = 0;
    for (; prefix_count - at >= block_size; at += block_size) take_block(&state, bytes + at);
    digests.prefix = prefix_count < block_size
        ? digest_of_short(bytes, prefix_count) : finish(state, bytes, prefix_count);
    if (prefix_count == count) {
        digests.whole = digests.prefix;
        return digests;
    }
    for (; count - at >= block_size; at += block_size) take_block(&state, bytes + at);
    digests.whole =
        count < block_size ? digest_of_short(bytes, count) : finish(state, bytes, count);
    return digests;
}
