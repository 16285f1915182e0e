// Part of the fence: the peer and the limit beside our own check, straight from libcrypto.

private import COpenSSL

/// An authentication code of 32 bytes, as four words in memory's order.
struct ReferenceCode: Hashable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static func == (left: ReferenceCode, right: ReferenceCode) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// The 32 bytes in order.
    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word.littleEndian >> UInt64($0 * 8)) }
        }
    }
}

/// What stands beside our own check, and what signs the deliveries it is given: no code of ours.
enum Libcrypto {
    /// The one-shot `HMAC()` with SHA-256, as a receiver without a kept key calls it.
    static func code(key: Span<UInt8>, message: Span<UInt8>) -> ReferenceCode {
        var code = ReferenceCode()
        // Safe: the pointers live for the call, and SHA-256 writes the 32 bytes it is given.
        unsafe key.withUnsafeBufferPointer { key in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe withUnsafeMutableBytes(of: &code.words) { digest in
                    let result = unsafe HMAC(
                        EVP_sha256(), key.baseAddress, Int32(key.count), message.baseAddress,
                        message.count, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
                    unsafe precondition(result != nil, "libcrypto refused HMAC-SHA256")
                }
            }
        }
        return code
    }

    /// The one-shot `HMAC()` with SHA-1, as topics sign: 20 bytes.
    static func shortCode(key: Span<UInt8>, message: Span<UInt8>) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 20)
        // Safe: the pointers live for the call, and SHA-1 writes the 20 bytes it is given.
        unsafe key.withUnsafeBufferPointer { key in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe code.withUnsafeMutableBufferPointer { digest in
                    let result = unsafe HMAC(
                        EVP_sha1(), key.baseAddress, Int32(key.count), message.baseAddress,
                        message.count, digest.baseAddress, nil)
                    unsafe precondition(result != nil, "libcrypto refused HMAC-SHA1")
                }
            }
        }
        return code
    }

    /// The SHA-256 compressions of a message, and nothing else: its length is a multiple of 64.
    ///
    /// - Returns: a word of the state, so that the work is not idle.
    static func compress(_ message: Span<UInt8>) -> UInt32 {
        precondition(message.count % 64 == 0, "only whole blocks are compressed at once")
        var context = SHA256_CTX()
        // Safe: libcrypto reads the message during the call, and writes this struct only.
        _ = unsafe SHA256_Init(&context)
        unsafe message.withUnsafeBufferPointer {
            _ = unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
        return context.h.0
    }

    /// The library's own words for its version, such as `OpenSSL 3.0.22 …`.
    static var version: String {
        // Safe: a static C string, or nothing.
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "unknown" }
        return unsafe String(cString: text)
    }
}
