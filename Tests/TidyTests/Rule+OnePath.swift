extension Rule {
    /// Where a parser, a decoder or a code may be, beside FinWire: what must not use FinWire, and
    /// what reads no bytes of the other side.
    private static let apart: [(path: String, words: Set<String>)] = [
        // The simulator's own encoder, signer and reader: it tests FinWire from the outside.
        ("Sources/FinSimulator/", ["HMAC", "EVP_", "JSONDecoder", "data:"]),
        // The peer and the limit beside our own check.
        ("Sources/FinWebhooks/Libcrypto.swift", ["HMAC", "EVP_", "SHA256_"]),
        // Answers of operations: each has a shape of its own, read once a call, off the event path.
        ("Sources/FinDrive/Operations/CallAnswer.swift", ["JSONDecoder"]),
        // Files on this machine: recorded deliveries, run.json, questions, the child's settings and
        // words.
        ("Sources/FinWebhooks/RecordedLine.swift", ["JSONDecoder"]),
        ("Sources/FinReport/RunDocument+JSON.swift", ["JSONDecoder"]),
        ("Sources/FinReport/Merge/WorkerInterval.swift", ["JSONDecoder"]),
        ("Sources/FinProfile/ProfileLoader+Messages.swift", ["JSONDecoder"]),
        ("Sources/finbench/EmbeddedSimulator.swift", ["JSONDecoder"]),
        // Answers of operations: each has a shape of its own, read once a call, off the event path.
        ("Sources/FinDrive/Operations/APIOperation.swift", ["JSONDecoder"]),
    ]

    /// Calls that are a code or a decoder, by how their names begin.
    private static let calls = [
        "HMAC", "EVP_", "SHA256_", "SHA1_", "SHA256(", "CC_SHA", "CryptoKit",
        "JSONDecoder", "JSONSerialization", "PropertyListDecoder",
    ]

    static let onePath = Rule("there is one parser, one decoder and one code, in FinWire") { file in
        guard file.isSwift, file.parts[0] == "Sources", file.module != "FinWire" else { return [] }
        let pardoned = apart.filter { file.path.hasPrefix($0.path) }
            .reduce(into: Set<String>()) { $0.formUnion($1.words) }
        let calls = calls.filter(file.mentions)
        let names = ["data:", "event:", "retry:"].filter(file.mentions)
        return file.lines.flatMap { line -> [Finding] in
            let words = calls.filter { line.code.startsName($0) }
            // Whoever looks for a field of an event stream writes its name in quotes.
            let fields = names.filter {
                line.written.contains("\"\($0)\"") || line.written.contains("\"\($0) \"")
            }
            return (words + fields).filter { !pardoned.covers($0) }.map { word in
                let message =
                    "\"\(word)\": the other side's bytes are read and signed by FinWire alone; call "
                    + "EventParser, EventScanner or SignatureKey"
                return Finding(path: file.path, line: line.number, message: message)
            }
        }
    }
}

extension Set<String> {
    /// Whether one of these begins the word.
    fileprivate func covers(_ word: String) -> Bool { contains { word.hasPrefix($0) } }
}

extension Substring {
    /// Whether a name that begins so stands in the line.
    fileprivate func startsName(_ start: String) -> Bool {
        ranges(of: start).contains { range in
            guard let before = self[..<range.lowerBound].last else { return true }
            return !(before.isLetter || before.isNumber || before == "_")
        }
    }
}
