internal import FinMeasure

/// The first inputs of the fuzzers, made from the same generators as the random cases.
public enum FuzzSeed {
    /// One input of a target: `parser`, `scan` or `header`; empty for any other name.
    public static func input(_ target: String, _ index: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 1, stream: .test, index: UInt64(index))
        switch target {
        case "parser":
            return cutSeed(generator.next()) + StreamCase.stream(&generator)
        case "scan": return DocumentCase.document(&generator)
        case "header": return header(index, &generator)
        default: return []
        }
    }

    private static func cutSeed(_ seed: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: seed >> ($0 * 8)) }
    }

    private static func header(_ index: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        let key = Array("fin-signing-secret".utf8)
        let body = [UInt8].pick(DocumentCase.sound, &generator)
        let choice = UInt8(truncatingIfNeeded: index)
        return [choice, UInt8(key.count)] + key + body + NaiveHMAC.header(key: key, body: body)
    }
}
