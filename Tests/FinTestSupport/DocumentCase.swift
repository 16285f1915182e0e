internal import FinMeasure
internal import FinWire

/// Documents with a little damage.
public enum DocumentCase {
    /// Sound documents: the shapes of Fin's events and the corners of JSON.
    static let sound: [[UInt8]] = [
        #"{"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f","chunk_index":2,"chunk_text":"Le forfait co\u00fbte 3 €\nA \"b\" \\ c","status":"replying","created_at_ms":"2026-02-03T09:15:01.204Z"}"#,
        #"{"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-501","author":"fin","body":"<p>You can \ud83d\ude00</p>","timestamp_ms":"2026-02-03T09:15:01.702Z"},"status":"replying","created_at_ms":"2026-02-03T09:15:01.711Z"}"#,
        #"{"event_name":"fin_status_updated","conversation_id":"ld-0001","status":"escalated","reason":"Routed to team","created_at_ms":"2026-02-03T09:15:07.900Z"}"#,
        #"{"event_name":"csat_requested","csat":{"options":[{"key":"bad","emoji":"🙁"},{"key":"amazing","emoji":"🤩"}]}}"#,
        #"{"id":"Qx7Lm2Tz9a:0:0","timestamp":1770110101200,"encoding":"json","data":"{\"event_name\":\"fin_status_updated\",\"status\":\"complete\"}","name":"fin_agent_event"}"#,
        #"{"a":[1.5e3,-0.1,true,false,null,{"b":[]}],"c":"x\u00e9\ud83d\ude00é€😀\\\"\/\n"}"#,
        #"[{"k":"\uD834\uDD1E"},[[]],"",0,-1,1E+2,"日本語"]"#, #" { "data" : "{\"a\":1}" } "#,
        #"{"event\u005fname":"fin\u005freplied","me\u0073sage":{"\u0069d":"m"},"status":null}"#,
        "\"\"", "0", "-12.25E-3", "null", "[]", "{}",
    ].map { Array($0.utf8) }

    private static let bytes: [UInt8] =
        Array("{}[]\",:\\u0123456789abcdefE+-. \t\r\n\0tnl/x".utf8) + [
            0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF, 0x1F,
        ]

    /// One of the sound documents with up to three changes; or two of them joined.
    static func document(_ generator: inout SeededGenerator) -> [UInt8] {
        var document = [UInt8].pick(sound, &generator)
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !document.isEmpty {
            damage(&document, &generator)
        }
        return document
    }

    private static func damage(_ document: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<document.count, using: &generator)
        let byte = [UInt8].pick(bytes, &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: document.remove(at: place)
        case 1: document.insert(byte, at: place)
        case 2: document.insert(UInt8(ascii: " "), at: place)
        case 3: document.removeSubrange(place..<min(document.count, place + 4))
        case 4: document.insert(contentsOf: [UInt8].pick(sound, &generator), at: place)
        case 5: document.removeSubrange(place...)
        default: document[place] = byte
        }
    }

    static func failure(_ index: Int, tally: inout WireTally) -> String? {
        var generator = TestSeed.generator(index, 4)
        let document = document(&generator)
        tally.count(NaiveJSON.isValid(document))
        return failure(of: document)
    }

    /// What our verdicts on a document say otherwise than the judge's; nil when they agree.
    ///
    /// The scan takes objects only, and looks into an envelope: it may refuse what is sound JSON,
    /// never take what is not.
    public static func failure(of document: [UInt8]) -> String? {
        let isValid = NaiveJSON.isValid(document)
        let validated = refusal { (_) throws(WireError) in
            try EventScanner.validate(document.span)
        }
        if (validated == nil) != isValid {
            return "validate says \(words(validated)) of \(document.shown)"
        }
        let scanned = refusal { (scanner) throws(WireError) in
            var mark = TextMark()
            _ = try scanner.scan(document.span, mark: &mark)
        }
        if scanned == nil, !isValid { return "scan takes \(document.shown)" }
        let mayRefuse = scanned?.code == .notAnObject || isEnvelope(document)
        if scanned != nil, isValid, !mayRefuse {
            return "scan says \(words(scanned)) of \(document.shown)"
        }
        return responseFailure(of: document, isValid: isValid)
    }

    /// The same for the readers of responses and errors, which open no envelope.
    private static func responseFailure(of document: [UInt8], isValid: Bool) -> String? {
        let response = refusal { (scanner) throws(WireError) in
            _ = try scanner.scanResponse(document.span)
        }
        let error = refusal { (scanner) throws(WireError) in
            _ = try scanner.scanError(document.span)
        }
        for found in [response, error] where (found == nil) != isValid {
            if isValid, found?.code == .notAnObject { continue }
            return "a response reader says \(words(found)) of \(document.shown)"
        }
        return nil
    }

    private static func refusal(
        _ read: (inout EventScanner) throws(WireError) -> Void
    ) -> WireError? {
        var scanner = EventScanner()
        do throws(WireError) {
            try read(&scanner)
            return nil
        } catch { return error }
    }

    private static func words(_ error: WireError?) -> String { error?.description ?? "valid" }

    /// Whether this may be an envelope whose inside is refused: some member may be called `data`.
    private static func isEnvelope(_ document: [UInt8]) -> Bool {
        // An escaped letter hides the name; then the verdict on the inside is not held against us.
        let text = String(decoding: document, as: UTF8.self)
        return text.contains(#""data""#) || text.contains("\\u00")
    }
}
