import FinMeasure
import Testing

@testable import FinProfile

/// The table of keys against the loader: they must not drift apart.
@Suite struct ShapeTests {
    /// Every section of the table with its dotted path, and what its key needs around it.
    private static func sections(
        _ shape: SectionShape, path: [String] = []
    ) -> [(path: [String], shape: SectionShape)] {
        [(path, shape)]
            + shape.keys.flatMap { key -> [(path: [String], shape: SectionShape)] in
                guard case .section(let inner) = key.value else { return [] }
                return sections(inner, path: path + [key.name])
            }
    }

    /// A profile with one key at a path.
    private func profile(_ path: [String], _ line: String) -> String {
        // A target is read only with an address.
        let address = path.first == "target" && path.count > 1 ? "url: 'http://a', " : ""
        var text = "{\(line)}"
        for (depth, key) in path.enumerated().reversed() {
            text = "{\(depth == 1 ? address : "")\(key): \(text)}"
        }
        return text
    }

    @Test("the loader knows exactly the keys of the table, in its order")
    func keys() {
        let sections = Self.sections(.profile)
        #expect(sections.count >= 12)
        for (path, shape) in sections {
            let message = refusal(of: profile(path, "zzzzzzzz: 1")) ?? ""
            let known = "(known: \(shape.names.joined(separator: ", ")))"
            #expect(message.hasSuffix(known), "\(path.joined(separator: ".")): \(message)")
        }
    }

    @Test("the defaults of the table are those of the loader")
    func defaults() throws {
        var expected = Profile()
        expected.name = "test"
        for (path, shape) in Self.sections(.profile) {
            for key in shape.keys {
                guard let standard = key.standard else { continue }
                // A load that says anything of its length says its rate as well.
                let beside = path == ["load"] ? ", rate: 20/s, duration: 10s" : ""
                let text = profile(path, "\(key.name): \(standard)\(beside)")
                // An address would make the profile another one.
                if path.first == "target", path.count > 1 { continue }
                #expect(try parsed(text) == expected, "\(text)")
            }
        }
    }

    @Test("the examples of the table are taken by the loader")
    func examples() throws {
        // Keys that need others beside them, or a file.
        let company: [String: String] = [
            "load.arrivals": "rate: 5/s, duration: 9s", "load.rate": "duration: 9s",
            "load.duration": "rate: 5/s", "load.conversations": "rate: 5/s",
            "load.concurrency": "duration: 9s", "load.ramp": "concurrency: 5, duration: 99s",
            "load.drain": "rate: 5/s, duration: 9s",
            "simulator.hitl": "topic_webhooks: {url: 'http://a', secret_env: S}",
        ]
        for (path, shape) in Self.sections(.profile) {
            for key in shape.keys where key.name != "extends" {
                guard let example = key.example else { continue }
                let dotted = (path + [key.name]).joined(separator: ".")
                let isAddress = ["url", "region"].contains(key.name)
                let url = path == ["target"] && !isAddress ? "url: 'http://a'" : nil
                let beside = (company[dotted] ?? url).map { ", " + $0 } ?? ""
                let text = profile(path, "\(key.name): \(example)\(beside)")
                let message = refusal(of: text)
                #expect(message == nil, "\(text): \(message ?? "")")
            }
        }
    }
}

@Suite struct NearestWordTests {
    @Test(
        "a slip of the fingers is one edit",
        arguments: [
            ("load", "load", 0), ("laod", "load", 1), ("lod", "load", 1), ("loaad", "load", 1),
            ("loed", "load", 1), ("", "load", 4), ("dlao", "load", 3), ("rate", "", 4),
        ])
    func distance(left: String, right: String, edits: Int) {
        #expect(NearestWord.distance(left, right) == edits)
        #expect(NearestWord.distance(right, left) == edits)
    }

    @Test("only a near word is offered")
    func nearest() {
        let words = ["load", "slo", "first_chunk"]
        #expect(NearestWord.find("laod", among: words) == "load")
        #expect(NearestWord.find("chunk", among: words) == "first_chunk")
        #expect(NearestWord.find("zzzz", among: words) == nil)
    }
}
