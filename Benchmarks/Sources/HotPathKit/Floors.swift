import CFloors

/// The floors and libcrypto's own HMAC, from C.
public enum Floors {
    /// How many LF there are, by one memchr each.
    public static func lineEnds(in bytes: Span<UInt8>) -> Int {
        // Safe: the call reads the span's bytes only.
        unsafe bytes.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe floor_line_ends(base, $0.count)
        }
    }

    /// Hashes with `count / 64 + 1` compressions; some of the hash's bits.
    public static func compressions(of bytes: Span<UInt8>) -> UInt64 {
        // Safe: the call reads the span's bytes only.
        unsafe bytes.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe floor_compressions(base, $0.count)
        }
    }

    /// Whether libcrypto's HMAC() of a message is the expected code of 32 bytes.
    public static func oneShotMatches(
        key: [UInt8], message: Span<UInt8>, code: Span<UInt8>
    ) -> Bool {
        precondition(code.count == 32, "a code of SHA-256 has 32 bytes")
        // Safe: the call reads the bytes of all three only.
        return unsafe key.withUnsafeBufferPointer { key in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe code.withUnsafeBufferPointer { code in
                    unsafe peer_hmac_matches(
                        key.baseAddress, key.count, message.baseAddress, message.count,
                        code.baseAddress) == 1
                }
            }
        }
    }

    /// The version of the libcrypto under all of this.
    public static var libcryptoVersion: String {
        // Safe: the call returns a literal.
        unsafe String(cString: peer_hmac_version())
    }
}
