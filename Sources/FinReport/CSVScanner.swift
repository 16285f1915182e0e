private import Foundation

/// Rows of comma-separated values out of bytes, one at a time.
///
/// Why not a general CSV library: SwiftCSV 0.10 took 6.1 s and 490 MB for 200,000 rows of
/// `turns.csv` (2 cores, release); this scanner takes 0.17 s and keeps one chunk of the file. The
/// tests read our files with SwiftCSV all the same.
/// A last row without its line feed is left out: a killed run may end anywhere.
struct CSVScanner {
    // Invariant: offset <= bytes.count; bytes[offset...] begins with a row.
    private var bytes: [UInt8]
    private var offset = 0
    // Nil when all bytes are here.
    private var file: FileHandle?
    private var path = ""
    private var chunkLength = 0
    /// The number of the row returned last, from 1.
    private(set) var line = 0
    // Fields of the current row are ranges of `bytes`, or texts where quotes had to go.
    private var fields: [Field] = []

    private enum Field {
        case plain(Range<Int>)
        case unquoted([UInt8])
    }

    /// Scans what is here.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Scans a file, chunk by chunk; a chunk is many rows, and small beside a run's histograms.
    init(path: String, chunkLength: Int = 1 << 20) throws {
        bytes = []
        self.path = path
        self.chunkLength = chunkLength
        do {
            file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw RecordFiles.refused("be read", path, error)
        }
    }

    /// How many fields the current row has.
    var count: Int { fields.count }

    /// Moves to the next whole row; false at the end.
    ///
    /// - Throws: `ReportError` when the file cannot be read further.
    mutating func next() throws -> Bool {
        while !scanRow() {
            guard try refill() else { return false }
        }
        return true
    }

    /// Drops the rows that were read and takes one more chunk; false at the end of the file.
    private mutating func refill() throws -> Bool {
        guard let chunk = try read(), !chunk.isEmpty else {
            fields.removeAll()
            return false
        }
        bytes.removeFirst(offset)
        offset = 0
        bytes.append(contentsOf: chunk)
        return true
    }

    private func read() throws -> Data? {
        do {
            return try file?.read(upToCount: chunkLength)
        } catch {
            throw RecordFiles.refused("be read", path, error)
        }
    }

    private mutating func scanRow() -> Bool {
        fields.removeAll(keepingCapacity: true)
        guard offset < bytes.count else { return false }
        var position = offset
        while true {
            guard let end = scanField(from: position) else { return false }
            if bytes[end] == UInt8(ascii: "\n") {
                offset = end + 1
                line += 1
                return true
            }
            position = end + 1
        }
    }

    /// Takes one field; returns the offset of the comma or line feed after it.
    private mutating func scanField(from start: Int) -> Int? {
        if start < bytes.count, bytes[start] == UInt8(ascii: "\"") {
            return scanQuoted(from: start + 1)
        }
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
                let isReturn = position > start && bytes[position - 1] == UInt8(ascii: "\r")
                fields.append(.plain(start..<(isReturn ? position - 1 : position)))
                return position
            }
            position += 1
        }
        return nil
    }

    private mutating func scanQuoted(from start: Int) -> Int? {
        var text: [UInt8] = []
        var position = start
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "\"") {
                text.append(bytes[position])
            } else if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") {
                text.append(bytes[position])
                position += 1
            } else {
                fields.append(.unquoted(text))
                let end = position + 1
                return end < bytes.count ? skipReturn(end) : nil
            }
            position += 1
        }
        return nil
    }

    private func skipReturn(_ end: Int) -> Int? {
        if bytes[end] != UInt8(ascii: "\r") { return end }
        return end + 1 < bytes.count ? end + 1 : nil
    }

    /// A field of the current row as text.
    func text(_ index: Int) -> String {
        switch fields[index] {
        case .plain(let range): String(decoding: bytes[range], as: UTF8.self)
        case .unquoted(let text): String(decoding: text, as: UTF8.self)
        }
    }

    /// Appends a field of the current row as it stands.
    func copy(_ index: Int, to buffer: inout CSVBuffer) {
        switch fields[index] {
        case .plain(let range): buffer.plain(bytes[range])
        case .unquoted(let text): buffer.field(String(decoding: text, as: UTF8.self))
        }
    }

    /// The whole row as texts.
    var texts: [String] { fields.indices.map { text($0) } }

    /// A field of the current row as a whole number; nil when it is empty or none.
    func integer(_ index: Int) -> Int64? {
        guard case .plain(let range) = fields[index], !range.isEmpty else { return nil }
        var position = range.lowerBound
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        guard position < range.upperBound else { return nil }
        var value: Int64 = 0
        while position < range.upperBound {
            let digit = Int64(bytes[position]) - 48
            guard (0...9).contains(digit) else { return nil }
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = scaled.addingReportingOverflow(digit)
            if tooLarge || overflow { return nil }
            value = sum
            position += 1
        }
        return isNegative ? -value : value
    }
}
