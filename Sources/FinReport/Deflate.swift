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
    static func unpack(_ input: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
        var length = uLong(limit)
        var output = [UInt8](repeating: 0, count: limit)
        let status = unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                // Safe: both buffers live for the call and their true lengths are passed.
                unsafe uncompress(
                    target.baseAddress, &length, source.baseAddress, uLong(source.count))
            }
        }
        guard status == Z_OK else { return nil }
        output.removeLast(output.count - Int(length))
        return output
    }
}
