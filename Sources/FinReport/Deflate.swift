private import CZlib

/// zlib streams, whole at a time: what HdrHistogram's payloads are packed in.
///
/// The only unsafe code of the module: zlib takes pointers. None leaves this file.
enum Deflate {
    /// Packs the bytes; level 1, which for a histogram's counts is as small as 6 within a few %.
    static func pack(_ input: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(input.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        let status = unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // Safe: both buffers live for the call and their true lengths are passed.
                unsafe compress2(
                    target.baseAddress, &length, source.baseAddress, uLong(source.count), 1)
            }
        }
        precondition(status == Z_OK, "zlib refused a buffer of the size it asked for")
        output.removeLast(output.count - Int(length))
        return output
    }

    /// Unpacks at most `limit` bytes; nil when the input is no whole zlib stream, or holds more.
    ///
    /// Tries with a little memory first: most payloads are small, and their limit is not.
    static func unpack(_ input: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
        var capacity = min(limit, max(1 << 12, input.count * 8))
        while true {
            let (status, output) = unpack(input, capacity: capacity)
            if status == Z_OK { return output }
            if status != Z_BUF_ERROR || capacity == limit { return nil }
            capacity = min(limit, capacity * 8)
        }
    }

    private static func unpack(
        _ input: ArraySlice<UInt8>, capacity: Int
    ) -> (status: Int32, output: [UInt8]) {
        var length = uLong(capacity)
        var output = [UInt8](repeating: 0, count: capacity)
        let status = unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // Safe: both buffers live for the call and their true lengths are passed.
                unsafe uncompress(
                    target.baseAddress, &length, source.baseAddress, uLong(source.count))
            }
        }
        if status == Z_OK { output.removeLast(output.count - Int(length)) }
        return (status, output)
    }
}
