internal import FinMeasure

/// A field of a connector's response, found in the sample that its maker gave.
struct ResponseField: Encodable, Equatable {
    let path: String
    let type: String
    let example: JSONValue
    let redacted = false

    /// Fields kept of one sample.
    static let limit = 200

    enum CodingKeys: String, CodingKey {
        case path, type, redacted
        case example = "example_value"
    }

    /// Every leaf of a sample by its path, names in order; of a list its first element.
    static func all(in sample: [String: JSONValue]) -> [ResponseField] {
        var found: [ResponseField] = []
        collect(.object(sample), at: "", into: &found)
        return found
    }

    private static func collect(
        _ value: JSONValue, at path: String, into found: inout [ResponseField]
    ) {
        if found.count == limit { return }
        switch value {
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                collect(member, at: path.isEmpty ? name : "\(path).\(name)", into: &found)
            }
        case .array(let elements):
            if let first = elements.first { collect(first, at: path + "[0]", into: &found) }
        default:
            found.append(ResponseField(path: path, type: type(of: value), example: value))
        }
    }

    private static func type(of value: JSONValue) -> String {
        switch value {
        case .bool: "boolean"
        case .number(let number): number == number.rounded() ? "integer" : "decimal"
        case .string(let text): Validation.isTimestamp(text) ? "datetime" : "string"
        case .null, .array, .object: "unknown"
        }
    }
}
