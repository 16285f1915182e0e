internal import FinMeasure
internal import FinProfile

/// One thing that a human is asked for.
struct HITLAttribute: Equatable {
    let identifier: String
    let type: HITLDataType
    /// What a list offers; empty for the other types.
    let options: [Option]

    struct Option: Equatable {
        let id: String
        let label: String
    }

    /// An attribute of a type, with a drawn identifier.
    init(_ type: HITLDataType, using draws: inout SeededGenerator) {
        identifier = "workflow_local_variables." + HITLAttribute.uuid(&draws)
        self.type = type
        options =
            type == .list
            ? ["Late", "Lost", "Damaged"].map { Option(id: HITLAttribute.uuid(&draws), label: $0) }
            : []
    }

    /// Whether a value fits the type, and for a list is one of its options.
    func accepts(_ value: HITLValue) -> Bool {
        switch (type, value) {
        case (.string, .text), (.integer, .whole), (.boolean, .flag): true
        case (.decimal, .whole), (.decimal, .number): true
        case (.list, .text(let id)): options.contains { $0.id == id }
        case (.datetime, .text(let text)): Validation.isTimestamp(text)
        case (.datetime, .whole(let seconds)): seconds >= 0
        default: false
        }
    }

    /// A drawn UUID, of the form of version 4.
    static func uuid(_ draws: inout SeededGenerator) -> String {
        let digits = Array(JSONText.hex(draws.next()) + JSONText.hex(draws.next()))
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<8))-\(part(8..<12))-4\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
    }
}

/// A value of an answer, as JSON has it.
enum HITLValue: Decodable, Equatable {
    case text(String)
    case whole(Int64)
    case number(Double)
    case flag(Bool)
    /// null, an array or an object: of no type that can be asked for.
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let whole = try? container.decode(Int64.self) {
            self = .whole(whole)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }
}

/// The body of `/procedures/{conversation_id}/collect_agent_input`.
struct HITLAnswer {
    var stepID: String?
    var values: [Value]?
    /// What is wrong with the shape of the values: said when all is known of the step.
    var shapeFault: String?

    struct Value: Decodable {
        var identifier: String?
        var value: HITLValue?
    }

    /// What is wrong with the values for what was asked; nil if nothing is.
    func fault(for attributes: [HITLAttribute]) -> String? {
        if let shapeFault { return shapeFault }
        guard let values else { return "attribute_values is required" }
        for (index, value) in values.enumerated() {
            guard let identifier = value.identifier else {
                return "attribute_values[\(index)].identifier is required"
            }
            guard let attribute = attributes.first(where: { $0.identifier == identifier }) else {
                return "attribute_values[\(index)].identifier was not asked for"
            }
            guard let value = value.value, attribute.accepts(value) else {
                return "attribute_values[\(index)].value is not a valid \(attribute.type.rawValue)"
            }
        }
        let given = values.compactMap(\.identifier)
        if Set(given).count < given.count { return "attribute_values names an identifier twice" }
        let missing = attributes.count { !given.contains($0.identifier) }
        return missing == 0 ? nil : "attribute_values lacks \(missing) of \(attributes.count)"
    }
}

extension HITLAnswer: Decodable {
    enum CodingKeys: String, CodingKey {
        case stepID = "step_id"
        case values = "attribute_values"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        stepID = try members.decodeIfPresent(String.self, forKey: .stepID)
        do {
            values = try members.decodeIfPresent([Value].self, forKey: .values)
        } catch {
            shapeFault = TurnRequest.refusal(error).message
        }
    }
}
