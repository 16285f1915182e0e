#include "CFloors.h"

#include <string.h>

// The compression is timed through the same calls that the verifier makes.
#define OPENSSL_SUPPRESS_DEPRECATED 1
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

size_t floor_line_ends(const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    size_t found = 0;
    const uint8_t *place = bytes;
    while ((place = memchr(place, '\n', (size_t)(end - place))) != NULL) {
        found++;
        place++;
    }
    return found;
}

uint64_t floor_compressions(const uint8_t *bytes, size_t count) {
    SHA256_CTX context;
    uint8_t hash[32];
    uint64_t first = 0;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(hash, &context);
    memcpy(&first, hash, sizeof first);
    return first;
}

int peer_hmac_matches(
    const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
    const uint8_t *expected) {
    uint8_t code[EVP_MAX_MD_SIZE];
    unsigned int code_count = 0;
    if (HMAC(EVP_sha256(), key, (int)key_count, message, message_count, code, &code_count) == NULL)
        return 0;
    return code_count == 32 && CRYPTO_memcmp(code, expected, 32) == 0;
}

const char *peer_hmac_version(void) { return OpenSSL_version(OPENSSL_VERSION); }
