// Hot: once per signature. Part of the fence: the only file that talks to libcrypto.

import CFinScan
import COpenSSL

/// The hash under a message code.
public enum DigestFunction: Sendable {
    /// SHA-256, 32 bytes.
    case sha256
    /// SHA-1, 20 bytes; only for what others still sign with it.
    case sha1

    /// Bytes of a code.
    public var byteCount: Int { self == .sha256 ? 32 : 20 }
}

/// A message authentication code: 32 bytes of room, of which the function's count are used.
@safe struct MessageCode {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let byteCount: Int

    init(_ function: DigestFunction) { byteCount = function.byteCount }

    /// Reads lower-case hexadecimal digits, upper-case ones too where allowed; `nil` unless there are
    /// exactly two per byte.
    init?(hex digits: Span<UInt8>, _ function: DigestFunction, allowsUpperCase: Bool) {
        self.init(function)
        let count = byteCount
        guard digits.count == 2 * count else { return nil }
        var isHex: Int32 = 0
        // Safe: the decoder reads 2 * count digits and writes count bytes, at most 32.
        unsafe digits.withUnsafeBufferPointer { digits in
            unsafe fill {
                unsafe isHex = finscan_hex_decode(
                    digits.baseAddress, $0, count, allowsUpperCase ? 1 : 0)
            }
        }
        if isHex == 0 { return nil }
    }

    /// Whether two codes are equal, in a time that does not depend on their bytes.
    func isEqual(to other: MessageCode) -> Bool {
        guard byteCount == other.byteCount else { return false }
        // Safe: both have 32 bytes of room, and byteCount is at most that.
        return unsafe read { left, count in
            unsafe other.read { right, _ in
                unsafe finscan_equal_in_constant_time(left, right, count) != 0
            }
        }
    }

    /// The hash that a context of SHA-256 has come to.
    fileprivate init(_ context: SHA256_CTX) {
        byteCount = DigestFunction.sha256.byteCount
        let h = context.h
        words = (
            MessageCode.word(h.0, h.1), MessageCode.word(h.2, h.3), MessageCode.word(h.4, h.5),
            MessageCode.word(h.6, h.7)
        )
    }

    /// Two big-endian words of a hash as eight bytes in memory.
    private static func word(_ first: UInt32, _ second: UInt32) -> UInt64 {
        UInt64(first.bigEndian) | UInt64(second.bigEndian) &<< 32
    }

    /// Lower-case hexadecimal digits.
    var hex: [UInt8] {
        // Safe: the encoder reads byteCount bytes and fills all 2 * byteCount digits.
        unsafe [UInt8](unsafeUninitializedCapacity: 2 * byteCount) { digits, filled in
            unsafe read { unsafe finscan_hex_encode($0, $1, digits.baseAddress) }
            filled = 2 * byteCount
        }
    }

    /// Lends the bytes, at least `byteCount` of them, to be written.
    fileprivate mutating func fill(_ body: (UnsafeMutablePointer<UInt8>?) -> Void) {
        unsafe withUnsafeMutableBytes(of: &words) {
            unsafe body($0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Lends the bytes and their count to be read.
    fileprivate func read<Result>(_ body: (UnsafePointer<UInt8>?, Int) -> Result) -> Result {
        unsafe withUnsafeBytes(of: words) {
            unsafe body($0.baseAddress?.assumingMemoryBound(to: UInt8.self), byteCount)
        }
    }
}

/// A secret made ready for HMAC: both pads are already hashed, so a code of n bytes costs
/// (n + 8) / 64 + 2 compressions and no allocation.
///
/// Immutable, so any number of threads may share it.
/// - Source: RFC 2104.
@safe struct MessageKey: Sendable {
    /// The hashes after their pads; plain values, so copying one forks it.
    private enum Pads {
        case sha256(inner: SHA256_CTX, outer: SHA256_CTX)
        case sha1(inner: SHA_CTX, outer: SHA_CTX)
    }

    private let pads: Pads

    init(_ secret: Span<UInt8>, _ function: DigestFunction) {
        let block = MessageKey.block(of: secret, function)
        let inner = block.map { $0 ^ 0x36 }
        let outer = block.map { $0 ^ 0x5C }
        pads =
            switch function {
            case .sha256: .sha256(inner: SHA256_CTX(inner.span), outer: SHA256_CTX(outer.span))
            case .sha1: .sha1(inner: SHA_CTX(inner.span), outer: SHA_CTX(outer.span))
            }
    }

    /// The secret in one block of 64 bytes, the block size of both functions; hashed if longer.
    private static func block(of secret: Span<UInt8>, _ function: DigestFunction) -> [UInt8] {
        var block: [UInt8] = []
        if secret.count > 64 {
            let hash = MessageKey.hash(of: secret, function)
            // Safe: `count` bytes of the hash are readable.
            unsafe hash.read { unsafe block += UnsafeBufferPointer(start: $0, count: $1) }
        } else {
            for index in secret.indices { block.append(secret[index]) }
        }
        return block + [UInt8](repeating: 0, count: 64 - block.count)
    }

    private static func hash(of secret: Span<UInt8>, _ function: DigestFunction) -> MessageCode {
        switch function {
        case .sha256:
            var context = SHA256_CTX(secret)
            return context.finish()
        case .sha1:
            var context = SHA_CTX(secret)
            return context.finish()
        }
    }

    /// The code of a message.
    @inline(__always) func code(_ message: Span<UInt8>) -> MessageCode {
        guard case .sha256(var inner, var outer) = pads else {
            return code(Span(), Span(), message)
        }
        inner.finish(message)
        // Safe: the 32 bytes of the inner hash are readable.
        unsafe MessageCode(inner).read { bytes, count in
            guard let bytes = unsafe bytes else { return }
            unsafe outer.finish(Span(_unsafeStart: bytes, count: count))
        }
        return MessageCode(outer)
    }

    /// The code of three pieces, as if they were one message; nothing is joined.
    func code(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) -> MessageCode {
        switch pads {
        case .sha256(var inner, var outer):
            if !first.isEmpty { inner.update(first) }
            if !second.isEmpty { inner.update(second) }
            inner.update(third)
            // Safe: `count` bytes of the inner hash are readable.
            unsafe inner.finish().read { unsafe outer.update($0, $1) }
            return outer.finish()
        case .sha1(var inner, var outer):
            if !first.isEmpty { inner.update(first) }
            if !second.isEmpty { inner.update(second) }
            inner.update(third)
            // Safe: as above.
            unsafe inner.finish().read { unsafe outer.update($0, $1) }
            return outer.finish()
        }
    }
}

extension SHA256_CTX {
    /// A hash that has taken `bytes`.
    fileprivate init(_ bytes: Span<UInt8>) {
        self.init()
        // Safe: libcrypto writes this struct only.
        _ = unsafe SHA256_Init(&self)
        update(bytes)
    }

    @inline(__always) fileprivate mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe update($0.baseAddress, $0.count) }
    }

    @inline(__always) fileprivate mutating func update(_ base: UnsafePointer<UInt8>?, _ count: Int)
    {
        // Safe: libcrypto reads `count` bytes from the base during the call.
        _ = unsafe SHA256_Update(&self, base, count)
    }

    /// Takes all that follows the first block, pads it and lets `h` be the hash.
    ///
    /// As SHA256_Update and SHA256_Final, but what is left of a block goes straight into a padded one,
    /// and nothing is cleared: a tenth of the time of a check of 600 bytes.
    /// - Source: FIPS 180-4, section 5.1.1.
    @inline(__always) fileprivate mutating func finish(_ bytes: Span<UInt8>) {
        let wholeCount = bytes.count & ~63
        let rest = bytes.extracting(wholeCount...)
        if wholeCount > 0 { update(bytes.extracting(..<wholeCount)) }
        var padded: InlineArray<16, UInt64> = InlineArray(repeating: 0)
        let paddedCount = rest.count < 56 ? 64 : 128  // a 1 bit and eight bytes of length must fit
        padded[paddedCount / 8 - 1] = UInt64(8 * (64 + bytes.count)).bigEndian
        var words = padded.mutableSpan
        // Safe: the rest is shorter than 64 bytes and the words have room for 128, of which
        // paddedCount are then read.
        unsafe words.withUnsafeMutableBytes { room in
            unsafe rest.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
            unsafe room[rest.count] = 0x80
            unsafe update(
                room.baseAddress?.assumingMemoryBound(to: UInt8.self), paddedCount)
        }
    }

    /// The hash of what was taken, which is used up.
    @inline(__always) fileprivate mutating func finish() -> MessageCode {
        var code = MessageCode(.sha256)
        // Safe: libcrypto writes 32 bytes.
        unsafe code.fill { _ = unsafe SHA256_Final($0, &self) }
        return code
    }
}

extension SHA_CTX {
    /// A hash that has taken `bytes`.
    fileprivate init(_ bytes: Span<UInt8>) {
        self.init()
        // Safe: libcrypto writes this struct only.
        _ = unsafe SHA1_Init(&self)
        update(bytes)
    }

    fileprivate mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe update($0.baseAddress, $0.count) }
    }

    fileprivate mutating func update(_ base: UnsafePointer<UInt8>?, _ count: Int) {
        // Safe: libcrypto reads `count` bytes from the base during the call.
        _ = unsafe SHA1_Update(&self, base, count)
    }

    /// The hash of what was taken, which is used up.
    fileprivate mutating func finish() -> MessageCode {
        var code = MessageCode(.sha1)
        // Safe: libcrypto writes 20 bytes.
        unsafe code.fill { _ = unsafe SHA1_Final($0, &self) }
        return code
    }
}
