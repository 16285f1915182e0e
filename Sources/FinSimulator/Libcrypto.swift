private import COpenSSL

/// The one call into libcrypto.
enum Libcrypto {
    /// HMAC-SHA256, 32 bytes.
    static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var digestCount: UInt32 = 0
        // Safe: the pointers live for the call, and SHA-256 writes the 32 bytes it is given.
        let result = unsafe HMAC(
            EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &digestCount)
        unsafe precondition(result != nil && digestCount == 32, "libcrypto refused HMAC-SHA256")
        return digest
    }
}
