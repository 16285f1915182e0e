import FinMeasure
import FinProfile
import Testing

@Suite struct NamedFileTests {
    @Test("a messages file holds questions and plain texts")
    func messages() throws {
        let folder = try TemporaryFolder([
            "q.jsonl": """
            {"question":"refund","turns":["How long?","Sooner?"]}

            "Just \\"one\\" text"
            {"turns":["Unnamed"]}
            """
        ])
        let profile = try parsed(
            "conversation: {messages: {file: q.jsonl}}", folder: folder.path)
        #expect(
            profile.conversation.messages == [
                .init(name: "refund", turns: ["How long?", "Sooner?"]),
                .init(name: nil, turns: ["Just \"one\" text"]),
                .init(name: nil, turns: ["Unnamed"]),
            ])
    }

    @Test(
        "a bad messages file is refused with its line",
        arguments: [
            ("\n\n", "has no messages: write one question a line"),
            ("\"a\"\nplain", "plain"), ("{\"turns\":[]}", "{\"turns\":[]}"),
            ("{\"turns\":[\"a\"],\"x\":1}", "{\"turns\":[\"a\"],\"x\":1}"),
            ("{\"turns\":[\"a\", 5]}", "{\"turns\":[\"a\", 5]}"), ("\" \"", "\" \""),
        ] as [(String, String)])
    func badMessages(text: String, shown: String) throws {
        let folder = try TemporaryFolder(["q.jsonl": text])
        let path = "\(folder.path)/q.jsonl"
        let remedy =
            "is not a question: write {\"question\": \"refund\", \"turns\": [\"text\", \"text\"]} "
            + "or one text in double quotes"
        let line = text.contains("\"a\"\n") ? 2 : 1
        let expected =
            shown.hasPrefix("has ")
            ? "messages file \"\(path)\": \(shown)"
            : "messages file \"\(path)\" line \(line): \(remedy)"
        let message = refusal(
            of: "conversation: {messages: {file: q.jsonl}}", folder: folder.path)
        #expect(message == expected)
    }

    @Test("a recording has a unit on each value or in its header")
    func recordings() throws {
        let folder = try TemporaryFolder([
            "units.csv": "400ms\n1.2s,ignored\n# note\n\n3s\n",
            "header.csv": "think_ms,n\n400,1\n1200,2\r\n3000,3\n",
        ])
        for file in ["units.csv", "header.csv"] {
            let profile = try parsed(
                "conversation: {think_time: {recorded: \(file)}}", folder: folder.path)
            #expect(profile.conversation.thinkTime == .recorded([4e8, 12e8, 3e9]))
        }
    }

    @Test("a trace keeps its instants; one that goes back in time is refused")
    func traces() throws {
        let folder = try TemporaryFolder([
            "good.csv": "at_s\n0\n0.5\n0.5\n2\n", "bad.csv": "0s\n2s\n1s\n",
            "bare.csv": "5\n",
        ])
        let profile = try parsed("load: {arrivals: {trace: good.csv}}", folder: folder.path)
        #expect(profile.load.model == .open(.trace([0, 500_000_000, 500_000_000, 2_000_000_000])))
        #expect(
            refusal(of: "load: {arrivals: {trace: bad.csv}}", folder: folder.path)
                == "profile \"wrong.yaml\" line 1 column 26: load.arrivals.trace \"bad.csv\" "
                + "must ascend: value 3 is earlier than the one before it")
        #expect(
            refusal(of: "load: {arrivals: {trace: bare.csv}}", folder: folder.path)
                == "recording \"\(folder.path)/bare.csv\" line 1: \"5\" has no unit: "
                + "write \"5s\" (units: ns, us, ms, s, m, h)")
    }
}
