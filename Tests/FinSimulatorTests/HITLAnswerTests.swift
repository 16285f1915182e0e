import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import Testing

@testable import FinSimulator

@Suite("An answer to a human step")
struct HITLAnswerTests {
    private static func attribute(_ type: HITLDataType) -> HITLAttribute {
        var draws = SeededGenerator(seed: 1, stream: .test)
        return HITLAttribute(type, using: &draws)
    }

    private func fault(_ value: String, for type: HITLDataType) throws -> String? {
        let attribute = Self.attribute(type)
        let item = #"{"identifier":"\#(attribute.identifier)","value":\#(value)}"#
        let text = #"{"attribute_values":[\#(item)]}"#
        return try JSONDecoder().decode(HITLAnswer.self, from: Data(text.utf8))
            .fault(for: [attribute])
    }

    @Test(
        "fits its type",
        arguments: [
            (HITLDataType.string, #""x""#), (.string, #""""#), (.integer, "-3"), (.decimal, "1.5"),
            (.decimal, "2"), (.boolean, "true"), (.datetime, "1770110000"),
            (.datetime, #""2026-02-03T09:15:00Z""#),
        ])
    func right(type: HITLDataType, value: String) throws {
        #expect(try fault(value, for: type) == nil)
    }

    @Test(
        "is refused where it does not",
        arguments: [
            (HITLDataType.string, "1"), (.integer, "1.5"), (.integer, #""1""#), (.integer, "true"),
            (.decimal, #""1.5""#), (.boolean, "1"), (.boolean, #""true""#), (.list, #""Late""#),
            (.list, "null"), (.datetime, #""soon""#), (.datetime, "-1"), (.string, "null"),
            (.string, #"["x"]"#), (.string, "{}"),
        ])
    func wrong(type: HITLDataType, value: String) throws {
        #expect(try fault(value, for: type)?.contains("value") == true)
    }

    @Test("of a list is the id of one of its options")
    func list() throws {
        let id = try #require(Self.attribute(.list).options.last?.id)
        #expect(try fault(#""\#(id)""#, for: .list) == nil)
    }

    @Test("has every attribute once and no other, whatever is dropped, repeated or renamed")
    func completeness() throws {
        let types = HITLDataType.allCases
        for index in 0..<200 {
            var generator = TestSeed.generator(index)
            var draws = SeededGenerator(seed: generator.next(), stream: .test)
            let attributes = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                HITLAttribute(types.randomElement(using: &generator) ?? .string, using: &draws)
            }
            let whole = HITLAnswer(stepID: "s", values: attributes.map(value))
            #expect(whole.fault(for: attributes) == nil, "\(TestSeed.note)")
            let place = Int.random(in: 0..<attributes.count, using: &generator)
            var lacking = whole
            lacking.values?.remove(at: place)
            #expect(lacking.fault(for: attributes)?.contains("lacks 1") == true, "\(TestSeed.note)")
            var twice = whole
            twice.values?.append(value(attributes[place]))
            #expect(twice.fault(for: attributes)?.contains("twice") == true)
            var renamed = whole
            renamed.values?[place].identifier = "other"
            #expect(renamed.fault(for: attributes)?.contains("not asked for") == true)
        }
    }

    private func value(_ attribute: HITLAttribute) -> HITLAnswer.Value {
        let value: HITLValue =
            switch attribute.type {
            case .string, .datetime: .text("2026-02-03T09:15")
            case .integer: .whole(1)
            case .decimal: .number(0.5)
            case .boolean: .flag(false)
            case .list: .text(attribute.options.first?.id ?? "")
            }
        return .init(identifier: attribute.identifier, value: value)
    }
}
