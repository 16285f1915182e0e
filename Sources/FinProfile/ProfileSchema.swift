public import FinMeasure
import Foundation

/// The JSON Schema of profiles, for editors: made from the table of keys that the loader reads.
public enum ProfileSchema {
    /// The schema as a value; JSON Schema draft 2020-12.
    ///
    /// It sees keys, shapes, units and words. It does not see what only the whole can tell: whether
    /// files exist, whether a warm-up ends before its load, whether an objective can be decided.
    public static var json: JSONValue {
        guard case .object(var keys) = SectionShape.profile.schema else { return .null }
        keys["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        keys["title"] = .string("finbench profile")
        keys["description"] = .string(
            "What finbench run does. Durations, rates, sizes, shares and money carry their unit.")
        keys["$defs"] = .object(definitions)
        return .object(keys)
    }

    /// The schema as text, keys in alphabetical order, with a line break at its end.
    ///
    /// - Throws: what `JSONEncoder` throws; it has no reason to.
    public static func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(json), as: UTF8.self) + "\n"
    }

    /// Every kind of number once, so that the rest stays short.
    private static var definitions: [String: JSONValue] {
        var definitions: [String: JSONValue] = [:]
        for unit in Unit.allCases where unit != .count {
            for isPositive in [false, true] {
                definitions[unit.definition(isPositive: isPositive)] =
                    unit.schema(isPositive: isPositive)
            }
            let value = JSONValue.reference(unit.definition(isPositive: false))
            definitions["\(unit)_distribution"] = .distribution(of: value, middle: value)
        }
        return definitions
    }
}

extension SectionShape {
    /// An object of these keys and no others.
    fileprivate var schema: JSONValue {
        var keys: [String: JSONValue] = [
            "type": .string("object"),
            "properties": .object(
                Dictionary(uniqueKeysWithValues: self.keys.map { ($0.name, $0.schema) })),
            "additionalProperties": .bool(false),
        ]
        let required = self.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { keys["required"] = .strings(required) }
        let clashes = self.clashes
        if !clashes.isEmpty { keys["allOf"] = .array(clashes) }
        return .object(keys)
    }

    /// One rule for each pair of keys that may not stand together.
    private var clashes: [JSONValue] {
        var pairs: [[String]] = []
        for key in keys {
            for rival in key.rivals {
                let pair = [key.name, rival].sorted()
                if !pairs.contains(pair) { pairs.append(pair) }
            }
        }
        let whole = pairs.map { JSONValue.object(["not": .object(["required": .strings($0)])]) }
        return whole + keys.flatMap(\.sectionClashes)
    }
}

extension KeyShape {
    fileprivate var schema: JSONValue {
        var keys: [String: JSONValue] = [:]
        if case .object(let own) = value.schema { keys = own }
        keys["description"] = .string(summary)
        if let standard, let value = KeyShape.value(standard) { keys["default"] = value }
        if let example, let value = KeyShape.value(example) { keys["examples"] = .array([value]) }
        return .object(keys)
    }

    fileprivate var sectionClashes: [JSONValue] {
        sectionRivals.map { rival in
            let isSection = JSONValue.object([name: .object(["type": .string("object")])])
            return .object([
                "not": .object(["required": .strings([name, rival]), "properties": isSection])
            ])
        }
    }

    /// A default or example of the table as JSON; nil when it is not YAML, which a test refuses.
    private static func value(_ yaml: String) -> JSONValue? {
        let source = ProfileSource(origin: .profile("table of keys"), baseDirectory: "")
        return (try? ProfileText.tree(yaml, source: source))?.json
    }
}

extension ProfileNode {
    /// The value as an editor reads it: plain numbers and flags are no texts.
    fileprivate var json: JSONValue {
        if let mapping {
            let pairs = mapping.compactMap { pair in pair.key.map { ($0, pair.value.json) } }
            return .object(Dictionary(pairs) { $1 })
        }
        if let sequence { return .array(sequence.map(\.json)) }
        guard let scalar else { return .null }
        if scalar.isPlain, let number = Double(scalar.string) { return .number(number) }
        if scalar.isPlain, ["true", "false"].contains(scalar.string) {
            return .bool(scalar.string == "true")
        }
        return .string(scalar.string)
    }
}

extension ValueShape {
    fileprivate var schema: JSONValue {
        switch self {
        case .section(let shape), .whole(let shape): return shape.schema
        case .texts(let value, let keyPattern, let limit):
            return ValueShape.texts(value, keyPattern: keyPattern, limit: limit)
        case .text: return .object(["type": .strings(["string", "number", "boolean"])])
        case .pattern(let pattern): return ValueShape.pattern(pattern)
        case .path: return .object(["type": .string("string"), "minLength": .number(1)])
        case .word(let words): return ValueShape.words(words)
        case .flag: return .object(["enum": .array([.bool(true), .bool(false)])])
        case .quantity(let unit, let isPositive):
            return .reference(unit.definition(isPositive: isPositive))
        case .count(let bounds):
            return ValueShape.whole(bounds)
        case .seed: return ValueShape.whole(0, 0x1p64)
        case .distribution(let unit): return .reference("\(unit)_distribution")
        case .countDistribution(let bounds):
            let count = ValueShape.whole(bounds)
            return .distribution(of: count, middle: ValueShape.positiveNumber)
        case .list(let element, let least):
            return .object([
                "type": .string("array"), "minItems": .number(Double(least)),
                "items": element.schema,
            ])
        case .either(let shapes): return .object(["anyOf": .array(shapes.map(\.schema))])
        }
    }

    private static func texts(
        _ value: ValueShape, keyPattern: String?, limit: Int?
    ) -> JSONValue {
        var keys: [String: JSONValue] = [
            "type": .string("object"), "additionalProperties": value.schema,
        ]
        if let keyPattern {
            keys["propertyNames"] = .object(["pattern": .string(keyPattern)])
        }
        if let limit { keys["maxProperties"] = .number(Double(limit)) }
        return .object(keys)
    }

    /// A plain number is a text for the loader, but no pattern of a schema holds it.
    private static func pattern(_ pattern: String) -> JSONValue {
        let takesNumbers = "12".range(of: pattern, options: .regularExpression) != nil
        return .object([
            "type": .strings(takesNumbers ? ["string", "number"] : ["string"]),
            "pattern": .string(pattern),
        ])
    }

    /// `2.16` is a number to an editor, a text to the loader.
    private static func words(_ words: [String]) -> JSONValue {
        let numbers = words.compactMap { Double($0).map { JSONValue.number($0) } }
        return .object(["enum": .array(words.map { .string($0) } + numbers)])
    }

    private static func whole(_ bounds: ClosedRange<Int>) -> JSONValue {
        whole(Double(bounds.lowerBound), Double(bounds.upperBound))
    }

    /// A number above zero, in quotes or not; a log-normal's median may be a fraction.
    private static var positiveNumber: JSONValue {
        let number: [String: JSONValue] = [
            "type": .string("number"), "exclusiveMinimum": .number(0),
        ]
        let text: [String: JSONValue] = [
            "type": .string("string"), "pattern": .string("^(?!0+(\\.0+)?$)\(Unit.count.pattern)$"),
        ]
        return .object(["anyOf": .array([.object(number), .object(text)])])
    }

    /// A whole number, in quotes or not.
    private static func whole(_ least: Double, _ most: Double) -> JSONValue {
        let number: [String: JSONValue] = [
            "type": .string("integer"), "minimum": .number(least), "maximum": .number(most),
        ]
        let first = least > 0 ? "[1-9][0-9]*" : "(0|[1-9][0-9]*)"
        let text: [String: JSONValue] = [
            "type": .string("string"), "pattern": .string("^\(first)$"),
        ]
        return .object(["anyOf": .array([.object(number), .object(text)])])
    }
}

extension Unit {
    fileprivate func definition(isPositive: Bool) -> String {
        isPositive ? "positive_\(self)" : "\(self)"
    }

    fileprivate func schema(isPositive: Bool) -> JSONValue {
        .object([
            "type": .string("string"),
            "pattern": .string("^\(isPositive ? Unit.notZero : "")\(pattern)$"),
            "description": .string(example),
        ])
    }
}

extension JSONValue {
    fileprivate static func strings(_ words: [String]) -> JSONValue {
        .array(words.map { .string($0) })
    }

    /// A value, or one of the distributions; `middle` is what a log-normal is given by.
    fileprivate static func distribution(of value: JSONValue, middle: JSONValue) -> JSONValue {
        let bounds: [String: JSONValue] = [
            "type": .string("array"), "items": value, "minItems": .number(2),
            "maxItems": .number(2),
        ]
        let lognormal = JSONValue.closed(
            Dictionary(uniqueKeysWithValues: SectionShape.lognormalKeys.map { ($0, middle) }))
        let path = JSONValue.object(["type": .string("string"), "minLength": .number(1)])
        let kinds: [(String, JSONValue)] = [
            ("uniform", .object(bounds)), ("lognormal", lognormal), ("recorded", path),
        ]
        return .object(["anyOf": .array([value] + kinds.map { .closed([$0.0: $0.1]) })])
    }

    fileprivate static func reference(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/$defs/\(name)")])
    }

    /// An object that must have exactly these keys.
    fileprivate static func closed(_ keys: [String: JSONValue]) -> JSONValue {
        .object([
            "type": .string("object"), "properties": .object(keys),
            "required": .strings(keys.keys.sorted()), "additionalProperties": .bool(false),
        ])
    }
}
