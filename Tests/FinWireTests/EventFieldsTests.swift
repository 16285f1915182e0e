import FinWire
import Testing

@Suite("Event fields")
struct EventFieldsTests {
    @Test("members may come in any order, with white space and unknown members between")
    func anyOrder() throws {
        let fields = try scan(
            """
            { "created_at_ms" : "2026-02-03T09:15:01.204Z" , "x" : {"event_name":"no","status":[1]},
              "chunk_text":"You", "chunk_index" : 7 , "stream_id":"s", "conversation_id":"c",
              "status":"replying", "event_name":"fin_reply_chunk" }
            """)
        #expect(fields.name == .replyChunk)
        #expect(fields.status == .replying)
        #expect(fields.chunkIndex == 7)
        #expect(fields.continuity == .first)
        #expect(fields.streamID == TextDigest("s"))
        #expect(fields.createdAtMilliseconds == 1_770_110_101_204)
        #expect(fields.duplicateKeys == 0 && fields.wrongTypes == 0 && !fields.isEnveloped)
    }

    @Test("a key counts by its place, not by its look")
    func keysByPlace() throws {
        let fields = try scan(
            #"""
            {"chunk_text":"\"event_name\":\"fin_replied\" \\","meta":{"id":"no","status":"complete"},
             "list":["status",{"status":"complete"}],
             "message":{"body":"{\"id\":\"no\"}","author":{"id":"no"},"id":"yes"},
             "event_name":"fin_replied"}
            """#)
        #expect(fields.name == .replied)
        #expect(fields.status == .none)
        #expect(fields.messageID == TextDigest("yes"))
        #expect(fields.continuity == .none)
    }

    @Test("escapes in keys and values do not hide them")
    func escapes() throws {
        let fields = try scan(
            #"{"event\u005fname":"fin\u005freplied","st\u0061tus":"resolve\u0064","conversation_id":"\u00e9\n\ud83d\ude00\/","me\u0073sage":{"\u0069d":"m"}}"#
        )
        #expect(fields.name == .replied)
        #expect(fields.status == .resolved)
        #expect(fields.conversationID == TextDigest("é\n😀/"))
        #expect(fields.messageID == TextDigest("m"))
    }

    @Test("of a known key that comes twice the last value counts, and the repeat is counted")
    func duplicates() throws {
        let fields = try scan(
            #"{"event_name":"fin_replied","event_name":"csat_requested","x":1,"x":2,"message":{"id":"a","id":"b"},"status":"complete","status":null}"#
        )
        #expect(fields.name == .csatRequested)
        #expect(fields.messageID == TextDigest("b"))
        #expect(fields.status == .none)
        #expect(fields.duplicateKeys == 3)
    }

    @Test("a known member of another type is absent and counted; null is only absent")
    func wrongTypes() throws {
        let fields = try scan(
            #"{"event_name":"fin_reply_chunk","status":3,"reason":[],"conversation_id":{},"stream_id":true,"chunk_index":"0","chunk_text":1e9,"created_at_ms":-1,"message":"m"}"#
        )
        #expect(fields.wrongTypes == 8)
        var expected = EventFields()
        expected.name = .replyChunk
        expected.wrongTypes = 8
        #expect(fields == expected)
        let nulls = try scan(
            #"{"status":null,"reason":null,"stream_id":null,"chunk_index":null,"message":null}"#)
        #expect(nulls == EventFields())
        #expect(try scan(#"{"chunk_index":1.0}"#).wrongTypes == 1)
        #expect(try scan(#"{"chunk_index":2147483648}"#).wrongTypes == 1)
        #expect(try scan(#"{"chunk_index":-2147483648}"#).chunkIndex == .min)
        #expect(try scan(#"{"message":{"id":7}}"#).wrongTypes == 1)
    }

    @Test("every documented status and reason has its case, every other text is unknown")
    func vocabulary() throws {
        let statuses: [(String, EventFields.Status)] = [
            ("thinking", .thinking), ("replying", .replying), ("resolved", .resolved),
            ("awaiting_user_reply", .awaitingUserReply), ("escalated", .escalated),
            ("complete", .complete), ("completed", .unknown), ("", .unknown),
            ("Replying", .unknown),
        ]
        for (text, status) in statuses {
            #expect(try scan("{\"status\":\"\(text)\"}").status == status)
        }
        let reasons: [(String, EventFields.Reason)] = [
            ("Escalation requested by user", .requestedByUser), ("Routed to team", .routedToTeam),
            ("Escalation requested via API", .requestedByAPI), ("Escalation rule: VIP", .rule),
            ("Escalation rule: ", .rule), ("Escalation rule matched", .ruleMatched),
            ("Conversation finished without resolution", .finishedWithoutResolution),
            ("Escalation rule", .other), ("Conversation finished without resolutioM", .other),
        ]
        for (text, reason) in reasons {
            #expect(try scan("{\"reason\":\"\(text)\"}").reason == reason)
        }
        #expect(try scan(#"{"event_name":"fin_something"}"#).name == .unknown)
    }

    @Test("a word is known whole: no letter of it may differ")
    func wholeWords() throws {
        let names = ["fin_reply_chunk", "fin_replied", "fin_status_updated", "csat_requested"]
        for word in names {
            for other in changed(word) {
                #expect(try scan("{\"event_name\":\"\(other)\"}").name == .unknown, "\(other)")
            }
        }
        for other in changed("awaiting_user_reply") + changed("thinking") + changed("resolved") {
            #expect(try scan("{\"status\":\"\(other)\"}").status == .unknown, "\(other)")
        }
        for other in changed("Escalation requested via API") + changed("Routed to team") {
            #expect(try scan("{\"reason\":\"\(other)\"}").reason == .other, "\(other)")
        }
        let keys = [
            "event_name", "status", "reason", "conversation_id", "stream_id", "chunk_index",
            "created_at_ms", "message",
        ]
        for other in keys.flatMap(changed) {
            let fields = try scan("{\"\(other)\":[]}")
            #expect(fields.wrongTypes == 0, "\(other)")
        }
    }

    /// The word with each of its letters changed, and one letter shorter and longer.
    private func changed(_ word: String) -> [String] {
        let letters = Array(word)
        let others = letters.indices.map { index in
            String(letters[..<index]) + "#" + String(letters[(index + 1)...])
        }
        return others + [String(word.dropLast()), word + "s"]
    }

    @Test("an envelope is opened once, and only where the object has no event name itself")
    func envelopes() throws {
        let fields = try scan(
            #"{"name":"n","data":"{\"event_name\":\"fin_replied\",\"data\":\"x\"}"}"#)
        #expect(fields.name == .replied && fields.isEnveloped)
        let named = try scan(
            #"{"data":"{\"event_name\":\"fin_replied\"}","event_name":"csat_requested"}"#)
        #expect(named.name == .csatRequested && !named.isEnveloped)
        let nested = try scan(#"{"data":"{\"data\":\"{}\"}"}"#)
        #expect(nested.name == .none && nested.isEnveloped)
        #expect(try scan(#"{"data":{"event_name":"fin_replied"}}"#).name == .none)
        #expect(scanVerdict(#"{"data":"plain text"}"#) == WireError(.unexpectedByte, byteOffset: 0))
    }

    @Test("a document that is no object is refused as such, once it is known to be sound")
    func notAnObject() {
        #expect(scanVerdict(" [1]") == WireError(.notAnObject, byteOffset: 1))
        #expect(scanVerdict("[1") == WireError(.truncated, byteOffset: 2))
        #expect(scanVerdict("{} x") == WireError(.trailingGarbage, byteOffset: 3))
    }

    @Test(
        "instants are read with any fraction and any offset",
        arguments: [
            ("2026-02-03T09:15:01.204Z", 1_770_110_101_204),
            ("2026-02-03T09:15:01Z", 1_770_110_101_000),
            ("2026-02-03T09:15:01.2Z", 1_770_110_101_200),
            ("2026-02-03T09:15:01.204999999Z", 1_770_110_101_204),
            ("2026-02-03T10:15:01.204+01:00", 1_770_110_101_204),
            ("2026-02-03T03:45:01.204-0530", 1_770_110_101_204), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] as [(String, Int64)])
    func instants(text: String, milliseconds: Int64) throws {
        #expect(try scan("{\"created_at_ms\":\"\(text)\"}").createdAtMilliseconds == milliseconds)
    }

    @Test(
        "what is no instant is absent",
        arguments: [
            "", "now", "2026-02-03", "2026-02-03T09:15:01", "2026-02-03 09:15:01.204Z",
            "2026-13-03T09:15:01Z", "2025-02-29T00:00:00Z", "2026-02-03T24:00:00Z",
            "2026-02-03T09:15:01.Z", "2026-02-03T09:15:01.204ZZ", "2026-02-03T09:15:01.204+1",
            "2026-00-03T09:15:01.204Z", "20:6-02-03T09:15:01.204Z", "1770110101204000000000",
        ])
    func noInstants(text: String) throws {
        #expect(try scan("{\"created_at_ms\":\"\(text)\"}").createdAtMilliseconds == nil)
    }

    private func scan(_ text: String) throws(WireError) -> EventFields {
        var scanner = EventScanner()
        var mark = TextMark()
        return try scanner.scan(Array(text.utf8).span, mark: &mark)
    }
}

@Suite("Text continuity")
struct TextContinuityTests {
    private func chunk(_ text: String, stream: String? = "s", first: Bool = true) -> String {
        let id = stream.map { ",\"stream_id\":\"\($0)\"" } ?? ""
        return first
            ? "{\"chunk_text\":\"\(text)\",\"event_name\":\"fin_reply_chunk\"\(id)}"
            : "{\"event_name\":\"fin_reply_chunk\"\(id),\"chunk_text\":\"\(text)\"}"
    }

    private func continuities(_ events: [String]) throws -> [TextContinuity] {
        var scanner = EventScanner()
        var mark = TextMark()
        var result: [TextContinuity] = []
        for event in events {
            result.append(try scanner.scan(Array(event.utf8).span, mark: &mark).continuity)
        }
        return result
    }

    @Test("a text extends, repeats, shrinks or diverges")
    func classes() throws {
        let texts = ["You", "You can", "You can", "You", "Yet so", "Yet so"]
        let expected: [TextContinuity] = [.first, .extended, .same, .shrank, .diverged, .same]
        #expect(try continuities(texts.map { chunk($0) }) == expected)
        #expect(try continuities(texts.map { chunk($0, first: false) }) == expected)
        #expect(try continuities(["", "", "a"].map { chunk($0) }) == [.first, .same, .extended])
    }

    @Test(
        "every growth of a text of every length is seen as such, and every change of one byte is not"
    )
    func everyLength() throws {
        let text = String((0..<300).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
        for known in stride(from: 0, to: 200, by: 1) {
            for longer in [known, known + 1, known + 17, known + 70] {
                let before = String(text.prefix(known))
                let after = String(text.prefix(longer))
                let seen = try continuities([chunk(before), chunk(after)])
                #expect(seen == [.first, known == longer ? .same : .extended])
                guard known > 0 else { continue }
                var changed = Array(after.utf8)
                changed[(known * 7) % known] = UInt8(ascii: "Z")
                let other = String(decoding: changed, as: UTF8.self)
                #expect(try continuities([chunk(before), chunk(other)]) == [.first, .diverged])
            }
        }
    }

    @Test("another stream starts anew, and so does one without an ID")
    func streams() throws {
        let events = [
            chunk("a", stream: "s"), chunk("b", stream: "t"), chunk("bc", stream: "t"),
            chunk("bcd", stream: nil), chunk("bcde", stream: nil),
        ]
        #expect(try continuities(events) == [.first, .first, .extended, .first, .extended])
    }

    @Test("other events and broken ones leave the mark alone")
    func others() throws {
        let other = #"{"event_name":"fin_replied","chunk_text":"x","stream_id":"s"}"#
        #expect(
            try continuities([chunk("a"), other, chunk("ab")]) == [.first, .none, .extended])
        var scanner = EventScanner()
        var mark = TextMark()
        _ = try scanner.scan(Array(chunk("a").utf8).span, mark: &mark)
        let before = mark
        #expect(throws: WireError.self) {
            _ = try scanner.scan(Array((chunk("b") + "x").utf8).span, mark: &mark)
        }
        #expect(mark == before)
    }

    @Test("a digest is that of the unescaped bytes, and tells texts apart")
    func digests() {
        #expect(TextDigest("ld-0001") == TextDigest(of: Array("ld-0001".utf8).span))
        var seen: Set<TextDigest> = []
        for count in 0..<400 {
            seen.insert(TextDigest(String(repeating: "a", count: count)))
            if count > 0 {
                seen.insert(TextDigest(String(repeating: "a", count: count - 1) + "b"))
            }
        }
        #expect(seen.count == 799)
    }
}

@Suite("Responses and errors")
struct ResponseFieldsTests {
    @Test("a start response gives status, instant, conversation, URL and the presence of errors")
    func response() throws {
        let fields = try scan(
            #"""
            {"conversation_id":"ld-0001","user_id":"u-77","status":"thinking","created_at_ms":"2026-02-03T09:15:00.120Z",
             "sse_subscription_url":"https:\/\/h.test\/event-stream?channels=fin:ld-0001&accessToken=a.b\u002ec&rewind=2m",
             "errors":{"user":{"attributes":{"plan":"User attribute 'plan' does not exist"}}}}
            """#)
        #expect(fields.status == .thinking)
        #expect(fields.conversationID == TextDigest("ld-0001"))
        #expect(fields.createdAtMilliseconds == 1_770_110_100_120)
        #expect(
            fields.subscriptionURL
                == "https://h.test/event-stream?channels=fin:ld-0001&accessToken=a.b.c&rewind=2m")
        #expect(fields.hasErrors && fields.wrongTypes == 0)
    }

    @Test("a response without streaming has no URL; null, empty errors and odd types do no harm")
    func withoutStreaming() throws {
        #expect(try scan("{}") == ResponseFields())
        #expect(try scan(#"{"sse_subscription_url":null,"errors":null}"#) == ResponseFields())
        #expect(try !scan(#"{"errors":{ }}"#).hasErrors)
        let odd = try scan(#"{"sse_subscription_url":7,"status":[],"conversation_id":{}}"#)
        #expect(odd.wrongTypes == 3 && odd.subscriptionURL == nil)
    }

    @Test(
        "a body that is no object is an error, not a crash",
        arguments: ["", "<html>", "[]", "\"x\"", "{"])
    func malformed(text: String) {
        var scanner = EventScanner()
        #expect(throws: WireError.self) { _ = try scanner.scanResponse(Array(text.utf8).span) }
        #expect(throws: WireError.self) { _ = try scanner.scanError(Array(text.utf8).span) }
    }

    @Test("the error envelope gives the first code and the request")
    func errorList() throws {
        let fields = try scanError(
            #"{"type":"error.list","request_id":"r-1","errors":[{"message":"m","field":null,"code":"parameter_invalid"},{"code":"second"}]}"#
        )
        #expect(fields.code == "parameter_invalid")
        #expect(fields.requestID == "r-1")
        #expect(fields.number == nil && fields.statusCode == nil && fields.wrongTypes == 0)
        #expect(try scanError(#"{"request_id":null,"errors":[]}"#) == ErrorFields())
        #expect(try scanError(#"{"errors":{"base":"No rating survey"}}"#) == ErrorFields())
    }

    @Test("an error event gives its numbers, bare or wrapped")
    func errorEvent() throws {
        let bare = try scanError(
            #"{"message":"Token revoked","code":40141,"statusCode":401,"href":"h"}"#)
        #expect(bare.number == 40141 && bare.statusCode == 401)
        let wrapped = try scanError(#"{"error":{"code":40142,"statusCode":401}}"#)
        #expect(wrapped.number == 40142 && wrapped.statusCode == 401)
        #expect(try scanError(#"{"code":"x","statusCode":4.5}"#).wrongTypes == 2)
    }

    private func scan(_ text: String) throws(WireError) -> ResponseFields {
        var scanner = EventScanner()
        return try scanner.scanResponse(Array(text.utf8).span)
    }

    private func scanError(_ text: String) throws(WireError) -> ErrorFields {
        var scanner = EventScanner()
        return try scanner.scanError(Array(text.utf8).span)
    }
}
