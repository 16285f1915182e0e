private import FinMeasure
internal import NIOCore

/// Unix milliseconds as the API writes them: `2026-02-03T09:15:01.204Z`.
enum WireTime {
    /// Appends the 24 characters of an instant after 1970, without an allocation.
    static func write(_ milliseconds: UInt64, to buffer: inout ByteBuffer) {
        let seconds = milliseconds / 1000
        let date = CivilDate(epochDay: seconds / 86_400)
        let second = seconds % 86_400
        digits(date.year, 4, "-", &buffer)
        digits(date.month, 2, "-", &buffer)
        digits(date.day, 2, "T", &buffer)
        digits(second / 3600, 2, ":", &buffer)
        digits(second / 60 % 60, 2, ":", &buffer)
        digits(second % 60, 2, ".", &buffer)
        digits(milliseconds % 1000, 3, "Z", &buffer)
    }

    /// Unix seconds as the data connectors write them: `2026-02-03T09:15:01Z`.
    static func seconds(_ seconds: UInt64) -> String {
        UTCStamp.milliseconds(unixNanoseconds: seconds * 1_000_000_000).dropLast(5) + "Z"
    }

    /// `width` decimal digits of `value`, then `end`.
    private static func digits(
        _ value: UInt64, _ width: Int, _ end: Unicode.Scalar, _ buffer: inout ByteBuffer
    ) {
        // At most four digits and a mark: one integer store instead of five appends.
        var packed: UInt64 = UInt64(end.value)
        var rest = value
        for place in 1...width {
            packed |= (48 + rest % 10) << UInt64(8 * place)
            rest /= 10
        }
        for place in (0...width).reversed() {
            buffer.writeInteger(UInt8(truncatingIfNeeded: packed >> UInt64(8 * place)))
        }
    }
}
