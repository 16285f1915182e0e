import FinProfile
import Foundation
import Testing

@Suite struct FaultRuleTests {
    typealias Rule = SimulatorSettings.FaultRule

    private func rules(_ faults: String) throws -> [Rule] {
        try parsed("simulator: {faults: {\(faults)}}").simulator.faults
    }

    @Test("a fault has a share, a window, chosen conversations, or several of these")
    func scopes() throws {
        #expect(try rules("cut: 1%") == [Rule(.cut, share: 0.01)])
        #expect(try rules("cut: {share: 1%}") == [Rule(.cut, share: 0.01)])
        #expect(
            try rules("stall: {share: 5%, from: 10s, for: 20s}")
                == [Rule(.stall, .share(0.05, window: .init(start: 10e9, end: 30e9)))])
        #expect(
            try rules("stall: {share: 5%, from: 10s}")
                == [Rule(.stall, .share(0.05, window: .init(start: 10e9)))])
        #expect(
            try rules("reset: {conversations: [3, 17], turn: 1}")
                == [Rule(.reset, .chosen([3, 17], turn: 1))])
        #expect(
            try rules("cr: [{conversations: [3]}, 5%]")
                == [Rule(.cr, .chosen([3], turn: nil)), Rule(.cr, share: 0.05)])
    }

    @Test("a fault has its parameters, and no other one's")
    func parameters() throws {
        let found = try rules(
            "slow_headers: {share: 5%, delay: 300ms}, huge_event: {share: 1%, size: 3 MB}, "
                + "large_event: 1%")
        // In the order of the kinds, however they are written.
        #expect(found.map(\.fault) == [.hugeEvent, .slowHeaders, .largeEvent])
        #expect(found[1].delay == 300e6)
        #expect(found[0].size == 3e6 && found[2].size == 524_288)
    }

    @Test("shares that are never active together may pass 100 %")
    func sums() throws {
        let apart = "stall: {share: 80%, for: 10s}, cut: {share: 80%, from: 10s}"
        #expect(try rules(apart).count == 2)
        let message = refusal(
            of: "simulator: {faults: {bom: 1%, stall: {share: 60%, from: 5s, for: 6s}, "
                + "cut: {share: 60%, from: 10s}}}")
        #expect(message?.contains("add up to 121%: a turn has only one of them") == true)
    }

    static let wrong = [
        ("cut: {share: 1%, conversations: [1]}", "has both \"share\" and \"conversations\""),
        ("cut: {from: 1s}", "lacks the key \"share\": add how many of the turns"),
        ("cut: {share: 1%, turn: 1}", "has both \"share\" and \"turn\""),
        ("cut: {conversations: [1], from: 1s}", "has both \"conversations\" and \"from\""),
        ("cut: {conversations: []}", "is an empty list: give numbers of conversations"),
        ("cut: {conversations: [1, 1]}", "\"1\" is chosen twice: a turn has one fault"),
        ("cut: {conversations: [1]}, bom: {conversations: [1], turn: 2}", "is chosen twice"),
        ("cut: {conversations: [-1]}", "must not be negative"),
        ("cut: {share: 1%, delay: 1s}", "delay is not a known key"),
        ("slow_headers: {share: 1%, delay: 0s}", "must be longer than 0s"),
        ("huge_event: {share: 1%, size: 1 MB}", "must be from 1100 kB to 64000 kB"),
        ("large_event: {share: 1%, size: 2 MB}", "must be from 1 kB to 1000 kB"),
        ("stall: {share: 1%, for: 0s}", "must be longer than 0s"),
        ("stal: 1%", "did you mean \"stall\"?"),
    ]

    @Test("a wrong rule is refused with its place and a remedy", arguments: wrong)
    func refused(faults: String, words: String) throws {
        let message = try #require(refusal(of: "simulator: {faults: {\(faults)}}"))
        #expect(message.contains(words), "\(message)")
        #expect(message.hasPrefix("profile \"wrong.yaml\" line 1 column "), "\(message)")
    }

    @Test("every kind survives the way to the simulator's process, and is written as it was read")
    func coding() throws {
        let text =
            "slow_headers: {share: 5%, delay: 300ms}, stall: {share: 5%, from: 10s, for: 20s}, "
            + "cut: [{conversations: [3, 17], turn: 1}, 5%], bom: {share: 2%, from: 1s}"
        let profile = try parsed("simulator: {faults: {\(text)}}")
        let line = try JSONEncoder().encode(profile.simulator)
        #expect(
            try JSONDecoder().decode(SimulatorSettings.self, from: line) == profile.simulator)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = String(decoding: try encoder.encode(profile.json), as: UTF8.self)
        for words in [
            #""slow_headers":{"delay":"300ms","share":"5%"}"#,
            #""stall":{"for":"20s","from":"10s","share":"5%"}"#,
            #""cut":[{"conversations":[3,17],"turn":1},"5%"]"#,
            #""bom":{"from":"1s","share":"2%"}"#,
        ] { #expect(json.contains(words), "\(words) in \(json)") }
    }
}
