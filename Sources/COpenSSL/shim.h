#pragma once

// The low-level SHA contexts are deprecated since OpenSSL 3.0 but have no equal: a keyed midstate is
// a plain value of 112 bytes, so a check neither allocates nor locks. Drop this define, and move to
// EVP_MD_CTX_copy_ex (about 15 % slower at 600 bytes), when libcrypto no longer exports SHA256_Update.
#define OPENSSL_SUPPRESS_DEPRECATED 1

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
