// Hot: once per string of a document that holds more than plain characters.

#include "CFinScan.h"
#include "block.h"

// The walk, told short:
//     mark the backslashes of a block; a byte behind an odd run of them is escaped
//     odd: a quote that is not escaped, an escaped byte that is no simple escape's letter,
//          a control character, a byte that breaks the rules of UTF-8
//     none odd: go on with the next block, remembering whether its first byte is escaped
//     else: one step by hand at the first odd one; if that is no step either, stop
// Simple escapes and characters of any script are so stepped over without a branch, as most texts
// have many.

// --- portable: a character or an escape at a time ---

/// Whether a byte may stand behind a backslash by itself.
INLINE int is_simple_escape(uint8_t letter) {
    switch (letter) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return 1;
    default: return 0;
    }
}

INLINE int is_hex_digit(uint8_t digit) {
    return (uint8_t)(digit - '0') <= 9 || (uint8_t)((digit | 0x20) - 'a') <= 5;
}

/// How long the escape at a backslash is; 0 if it is wrong, cut off, or half of a surrogate pair.
static size_t escape_length(const uint8_t *bytes, size_t count) {
    if (count < 2) return 0;
    if (is_simple_escape(bytes[1])) return 2;
    if (bytes[1] != 'u' || count < 6) return 0;
    for (int i = 2; i < 6; i++)
        if (!is_hex_digit(bytes[i])) return 0;
    int is_surrogate = (bytes[2] | 0x20) == 'd' && bytes[3] >= '8';
    return is_surrogate ? 0 : 6;
}

INLINE int is_within(uint8_t byte, uint8_t low, uint8_t high) {
    return byte >= low && byte <= high;
}

/// How long the character of two to four bytes is; 0 if it is wrong or cut off.
///
/// - Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
static size_t character_length(const uint8_t *bytes, size_t count) {
    uint8_t lead = bytes[0], low = 0x80, high = 0xbf;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (!is_within(lead, 0xc2, 0xf4) || count < length) return 0;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    if (!is_within(bytes[1], low, high)) return 0;
    for (size_t i = 2; i < length; i++)
        if (!is_within(bytes[i], 0x80, 0xbf)) return 0;
    return length;
}

/// How long what stands at `at` is, a character or an escape; 0 if it needs a look.
INLINE size_t step_length(const uint8_t *bytes, size_t count, size_t at) {
    uint8_t byte = bytes[at];
    if (byte == '\\') return escape_length(bytes + at, count - at);
    if (byte >= 0x80) return character_length(bytes + at, count - at);
    return byte >= 0x20 && byte != '"';
}

finscan_run finscan_string_run_portable(const uint8_t *bytes, size_t count, size_t from) {
    finscan_run run = {from, 0};
    while (run.end < count) {
        run.has_escape |= bytes[run.end] == '\\';
        size_t length = step_length(bytes, count, run.end);
        if (length == 0) break;
        run.end += length;
    }
    return run;
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

/// The 32 bytes that begin `BACK` bytes before `v`, when `before` lies ahead of it.
#define SHIFTED(v, before, BACK) \
    _mm256_alignr_epi8(v, _mm256_permute2x128_si256(before, v, 0x21), 16 - (BACK))

INLINE WITH_AVX2 __m256i high_nibbles(__m256i v) {
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));
}

INLINE WITH_AVX2 __m256i look_up(__m128i table, __m256i nibbles) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), nibbles);
}

// What two bytes that follow each other can break, a bit for each rule.
enum {
    too_short = 1,          // a lead byte, then no continuation
    too_long = 2,           // an ASCII byte, then a continuation
    overlong_3 = 4,         // E0, then below A0
    too_large = 8,          // F4, then above 8F; F5 and above
    surrogate = 16,         // ED, then above 9F
    overlong_2 = 32,        // C0 or C1
    overlong_4 = 64,        // F0, then below 90; also F5 and above, then below 90
    two_continuations = 128,  // right only in a character of three or four bytes
    any_low = too_short | too_long | two_continuations
};

/// Not zero where a byte breaks the rules of UTF-8 with those before it; `before` are those.
///
/// - Source: Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", 2021.
INLINE WITH_AVX2 __m256i utf8_errors(__m256i v, __m256i before) {
    const __m128i by_first_high = _mm_setr_epi8(
        too_long, too_long, too_long, too_long, too_long, too_long, too_long, too_long,
        (char)two_continuations, (char)two_continuations, (char)two_continuations,
        (char)two_continuations, too_short | overlong_2, too_short,
        too_short | overlong_3 | surrogate, too_short | too_large | overlong_4);
    const char above = (char)(any_low | too_large | overlong_4);
    const __m128i by_first_low = _mm_setr_epi8(
        (char)(any_low | overlong_3 | overlong_2 | overlong_4), (char)(any_low | overlong_2),
        (char)any_low, (char)any_low, (char)(any_low | too_large), above, above, above, above,
        above, above, above, above, (char)(above | surrogate), above, above);
    const char ordinary = (char)(too_long | overlong_2 | two_continuations);
    const __m128i by_second_high = _mm_setr_epi8(
        too_short, too_short, too_short, too_short, too_short, too_short, too_short, too_short,
        (char)(ordinary | overlong_3 | overlong_4), (char)(ordinary | overlong_3 | too_large),
        (char)(ordinary | surrogate | too_large), (char)(ordinary | surrogate | too_large),
        too_short, too_short, too_short, too_short);
    __m256i first = SHIFTED(v, before, 1);
    __m256i broken = _mm256_and_si256(
        _mm256_and_si256(
            look_up(by_first_high, high_nibbles(first)),
            look_up(by_first_low, _mm256_and_si256(first, _mm256_set1_epi8(0x0f)))),
        look_up(by_second_high, high_nibbles(v)));
    // The third byte of three or four, the fourth of four: there, and only there, two continuations.
    __m256i third = _mm256_subs_epu8(SHIFTED(v, before, 2), _mm256_set1_epi8(0xe0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(SHIFTED(v, before, 3), _mm256_set1_epi8(0xf0 - 0x80));
    __m256i wanted = _mm256_and_si256(
        _mm256_or_si256(third, fourth), _mm256_set1_epi8((char)two_continuations));
    return _mm256_xor_si256(broken, wanted);
}

/// What one block needs to know of the one before it.
typedef struct {
    __m256i last;      // its second half
    uint64_t escapes;  // 1 if it ends in a backslash that escapes
} history;

/// The odd bytes of one block and how it is read.
typedef struct {
    uint64_t slashes, escaped, odd, errors;
} reading;

INLINE WITH_AVX2 uint64_t utf8_errors_of_block(__m256i low, __m256i high, __m256i before) {
    // ASCII all through, the three bytes before it too: the most common block by far.
    __m256i tops = _mm256_or_si256(_mm256_or_si256(low, high), before);
    if (_mm256_movemask_epi8(tops) == 0) return 0;
    __m256i zero = _mm256_setzero_si256();
    return ~join(
        _mm256_cmpeq_epi8(utf8_errors(low, before), zero),
        _mm256_cmpeq_epi8(utf8_errors(high, low), zero));
}

INLINE WITH_AVX2 reading read_block(const uint8_t *block, history *past) {
    __m256i low = load(block), high = load(block + 32);
    __m256i last_control = _mm256_set1_epi8(0x1f);
    reading r;
    r.slashes = equal_bytes(low, high, '\\');
    r.escaped = 0;
    r.odd = equal_bytes(low, high, '"')
        | join(
            _mm256_cmpeq_epi8(_mm256_min_epu8(low, last_control), low),
            _mm256_cmpeq_epi8(_mm256_min_epu8(high, last_control), high));
    if ((r.slashes | past->escapes) != 0) {
        uint64_t letters = join(letters_of_register(low), letters_of_register(high));
        r.escaped = escaped_bytes(r.slashes, &past->escapes);
        r.odd = (r.odd & ~r.escaped) | (r.escaped & ~letters);
    }
    r.errors = utf8_errors_of_block(low, high, past->last);
    r.odd |= r.errors;
    past->last = high;
    return r;
}

/// Where to go on by hand from `at`: where the last character or escape before it begins, as it may
/// be unfinished.
INLINE size_t last_beginning(const uint8_t *bytes, size_t from, size_t at, uint64_t is_escaping) {
    if (is_escaping != 0) return at - 1;
    size_t lead = at;
    while (lead > from && (bytes[lead - 1] & 0xc0) == 0x80) lead--;
    return lead > from && bytes[lead - 1] >= 0xc0 ? lead - 1 : lead;
}

static WITH_AVX2 finscan_run string_run_avx2(const uint8_t *bytes, size_t count, size_t from) {
    const history nothing = {_mm256_setzero_si256(), 0};
    history past = nothing;
    finscan_run run = {from, 0};
    size_t start = from;
    uint64_t is_escaping = 0;
    while (count - start >= block_size) {
        reading r = read_block(bytes + start, &past);
        if (r.odd == 0) {
            run.has_escape |= r.slashes != 0;
            start += block_size;
            is_escaping = past.escapes;
            continue;
        }
        size_t place = (size_t)__builtin_ctzll(r.odd);
        // What breaks the rules of UTF-8 began somewhat earlier.
        if (r.errors >> place & 1) break;
        run.has_escape |= (r.slashes & ((UINT64_C(1) << place) - 1)) != 0;
        // An escaped byte that is odd: its backslash.
        run.end = start + place - (r.escaped >> place & 1);
        size_t length = step_length(bytes, count, run.end);
        if (length == 0) return run;
        run.end += length;
        start = run.end;
        past = nothing;
        is_escaping = 0;
    }
    finscan_run rest = finscan_string_run_portable(
        bytes, count, last_beginning(bytes, run.end, start, is_escaping));
    rest.has_escape |= run.has_escape;
    return rest;
}

finscan_run finscan_string_run(const uint8_t *bytes, size_t count, size_t from) {
    if (count - from >= block_size && has_avx2()) return string_run_avx2(bytes, count, from);
    return finscan_string_run_portable(bytes, count, from);
}

#else

finscan_run finscan_string_run(const uint8_t *bytes, size_t count, size_t from) {
    return finscan_string_run_portable(bytes, count, from);
}

#endif
