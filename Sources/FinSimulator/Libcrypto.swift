private import COpenSSL

/// The calls into libcrypto.
enum Libcrypto {
    /// HMAC-SHA256, 32 bytes.
    static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        unsafe hmac(EVP_sha256(), key: key, message: message, byteCount: 32)
    }

    /// HMAC-SHA1, 20 bytes.
    static func hmacSHA1(key: [UInt8], message: [UInt8]) -> [UInt8] {
        unsafe hmac(EVP_sha1(), key: key, message: message, byteCount: 20)
    }

    private static func hmac(
        _ hash: OpaquePointer?, key: [UInt8], message: [UInt8], byteCount: Int
    ) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var digestCount: UInt32 = 0
        // Safe: the pointers live for the call, and the hash writes the bytes it is given.
        let result = unsafe HMAC(
            hash, key, Int32(key.count), message, message.count, &digest, &digestCount)
        unsafe precondition(result != nil && digestCount == byteCount, "libcrypto refused HMAC")
        return digest
    }
}
