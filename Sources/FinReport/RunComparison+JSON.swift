internal import FinMeasure
internal import Foundation

extension RunComparison {
    /// The same as one JSON document, keys in snake case; latencies in milliseconds.
    ///
    /// - Throws: never in practice: only finite numbers are encoded.
    public func json() throws -> [UInt8] {
        let document = JSONValue.object([
            "schema": .number(Double(RunDocument.currentSchema)),
            "profile": .string(profileName),
            "target": .string(target.rawValue),
            "headline": .string(headline),
            "confidence": .number(confidence),
            "baseline": baseline.json,
            "candidate": candidate.json,
            "history_runs": .number(Double(historyCount)),
            "overlooked": .array(notes.map { .string($0) }),
            "gates": .array(gates.map(\.json)),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(document)) + [UInt8(ascii: "\n")]
    }
}

extension RunComparison.Side {
    fileprivate var json: JSONValue {
        .object([
            "runs": .array(ids.map { .string($0) }),
            "labels": .object(labels.mapValues { .string($0) }),
        ])
    }
}

extension GateComparison {
    fileprivate var json: JSONValue {
        let scale = gate.isRatio ? 1e6 : 1
        return .object([
            "gate": .string(gate.name),
            "unit": .string(gate.isRatio ? "ms" : "1"),
            "baseline": .finite(baseline / scale),
            "candidate": .finite(candidate / scale),
            "effect": .finite(effect),
            "effect_low": .finite(low),
            "effect_high": .finite(high),
            "p_value": .finite(probability),
            "threshold": .number(gate.threshold),
            "verdict": .string(verdict.rawValue),
            "runs_missing": .finite(runsMissing.map(Double.init)),
            "reason": .string(reason),
        ])
    }
}

extension JSONValue {
    /// A number, or null where there is none.
    fileprivate static func finite(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }
}
