internal import FinMeasure

/// The text of `histograms.hlog`: an HdrHistogram interval log, format 1.3, with payloads of V2.
///
/// What a histogram cannot hold stands in comment lines, which every public reader skips:
/// `#[Counts tag,start,length,censored,absent,cut,above,below,longest_wait_ns,min_ns]` after its
/// histogram's line, and `#[Health start,length,thread,metric,value]`. Times are seconds since the
/// run's zero; `Interval_Max` is in milliseconds for values in nanoseconds, by that log's custom.
enum HistogramLog {
    /// One line that says something.
    enum Entry: Sendable {
        case histogram(HistogramLine)
        case counts(CountsLine)
        case health(HealthRow)
    }

    /// A histogram's line.
    struct HistogramLine: Sendable {
        var tag: String
        var start: Nanoseconds
        var length: Nanoseconds
        var maximum: UInt64
        var counts: SeriesCounts
    }

    /// What stands beside a histogram.
    struct CountsLine: Sendable {
        var tag: String
        var start: Nanoseconds
        var length: Nanoseconds
        /// censored, absent, cut, above, below, longest wait, smallest.
        var values: [UInt64]
    }

    /// The lines before the first interval.
    ///
    /// - Parameter unixNanoseconds: the run's zero.
    static func header(unixNanoseconds: UInt64, startedAt: String) -> String {
        let zero = Decimals.scaled(Int64(clamping: unixNanoseconds / 1_000_000), places: 3)
        return """
            #[Histogram log format version 1.3]
            #[StartTime: \(zero) (seconds since epoch), \(startedAt)]
            #[BaseTime: \(zero) (seconds since epoch)]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """
    }

    /// The lines of one series' interval.
    static func lines(
        tag: String, start: Nanoseconds, length: Nanoseconds, counts: SeriesCounts
    ) -> String {
        let time = "\(Decimals.seconds(start)),\(Decimals.seconds(length))"
        let maximum = Decimals.milliseconds(counts.largest ?? 0)
        let beside = (counts.beside + [counts.smallest ?? 0]).map(String.init)
            .joined(separator: ",")
        return """
            Tag=\(tag),\(time),\(maximum),\(HistogramPayload.encode(counts))
            #[Counts \(tag),\(time),\(beside)]

            """
    }

    /// The line of one health sample.
    static func line(_ row: HealthRow) -> String {
        let time = "\(Decimals.seconds(row.start)),\(Decimals.seconds(row.length))"
        let value = Decimals.number(row.value, places: 6)
        return "#[Health \(time),\(row.thread),\(row.metric),\(value)]\n"
    }

    /// Whether a line may be a histogram's: no comment, legend or empty line.
    static func mayBeHistogram(_ line: Substring) -> Bool {
        !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix("\"")
    }

    /// Reads one line; nil for a header, a legend or a comment of others.
    ///
    /// - Throws: when it is none of these and not a histogram's line either.
    static func entry(_ line: Substring, path: String, number: Int) throws -> Entry? {
        if line.isEmpty || line.hasPrefix("\"") { return nil }
        if let body = comment(line, "#[Counts ") {
            return .counts(try counts(body, path: path, number: number))
        }
        if let body = comment(line, "#[Health ") {
            return .health(try health(body, path: path, number: number))
        }
        if line.hasPrefix("#") { return nil }
        return .histogram(try histogram(line, path: path, number: number))
    }

    private static func comment(_ line: Substring, _ prefix: String) -> Substring? {
        guard line.hasPrefix(prefix), line.hasSuffix("]") else { return nil }
        return line.dropFirst(prefix.count).dropLast()
    }

    private static func histogram(
        _ line: Substring, path: String, number: Int
    ) throws -> HistogramLine {
        // The payload is long and has no comma: it is not looked through.
        var fields = line.utf8.split(
            separator: UInt8(ascii: ","), maxSplits: 4, omittingEmptySubsequences: false
        ).map { Substring($0) }
        var tag = ""
        if let first = fields.first, first.hasPrefix("Tag=") {
            tag = String(first.dropFirst(4))
            fields.removeFirst()
        }
        guard fields.count == 4, let start = nanoseconds(fields[0]),
            let length = nanoseconds(fields[1]), let maximum = Double(fields[2]),
            abs(maximum) < 9e12, let counts = HistogramPayload.decode(fields[3])
        else {
            throw ReportError(
                .malformed, path: path, line: number,
                "\"\(line.prefix(60))\" is not a histogram; expected "
                    + "[Tag=t,]start,length,max,payload: remove the line or restore the file")
        }
        return HistogramLine(
            tag: tag, start: start, length: length,
            maximum: UInt64(max(0, (maximum * 1e6).rounded())), counts: counts)
    }

    private static func counts(
        _ body: Substring, path: String, number: Int
    ) throws -> CountsLine {
        let fields = body.utf8.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false
        ).map { Substring($0) }
        let values = fields.dropFirst(3).compactMap { UInt64($0) }
        guard fields.count == 10, values.count == 7, let start = nanoseconds(fields[1]),
            let length = nanoseconds(fields[2])
        else {
            throw ReportError(
                .malformed, path: path, line: number,
                "\"\(body.prefix(60))\" are not the counts of a histogram; expected a tag and "
                    + "nine numbers: remove the line or restore the file")
        }
        return CountsLine(tag: String(fields[0]), start: start, length: length, values: values)
    }

    private static func health(_ body: Substring, path: String, number: Int) throws -> HealthRow {
        let fields = body.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 5, let start = nanoseconds(fields[0]),
            let length = nanoseconds(fields[1]), let value = Double(fields[4])
        else {
            throw ReportError(
                .malformed, path: path, line: number,
                "\"\(body.prefix(60))\" is not a health sample; expected "
                    + "start,length,thread,metric,value: remove the line or restore the file")
        }
        return HealthRow(
            start: start, length: length, thread: String(fields[2]), metric: String(fields[3]),
            value: value)
    }

    private static func nanoseconds(_ field: Substring) -> Nanoseconds? {
        guard let seconds = Double(field), abs(seconds) < 9e9 else { return nil }
        return Nanoseconds(seconds: seconds)
    }
}
