import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinSimulator

@Suite("What is kept of data connectors")
struct ConnectorStoreTests {
    private func result(_ connector: Connector, at seconds: UInt64) -> ExecutionResult {
        ExecutionResult(
            connectorID: connector.id, method: .get, conversationID: "c", userID: "u",
            created: seconds)
    }

    @Test("pages show each connector once, whatever is made meanwhile", arguments: 0..<40)
    func connectorPages(index: Int) {
        var draws = TestSeed.generator(index)
        var store = ConnectorStore()
        var now: UInt64 = 1000
        var made: [Int] = []
        func add() -> Int {
            now += draws.next() % 3
            return store.add(ConnectorVersion(name: "n"), now: now).id
        }
        for _ in 0..<Int(draws.next() % 60) { made.append(add()) }
        var shown: [Int] = []
        var cursor: PageCursor?
        repeat {
            let size = Int(draws.next() % 7) + 1
            let page = store.page(size: size, after: cursor)
            #expect(page.items.count == size || page.next == nil, "\(TestSeed.note)")
            shown += page.items.map(\.id)
            cursor = page.next.flatMap { PageCursor($0.text) }
            for _ in 0..<Int(draws.next() % 3) { _ = add() }
        } while cursor != nil
        // Those that came meanwhile stand in front of every cursor: none of them is shown.
        #expect(shown == made.reversed(), "\(TestSeed.note)")
    }

    @Test("pages show each execution once, whatever ends meanwhile", arguments: 0..<40)
    func executionPages(index: Int) {
        var draws = TestSeed.generator(index, 1)
        var store = ConnectorStore()
        let mine = store.add(ConnectorVersion(name: "a"), now: 1)
        let other = store.add(ConnectorVersion(name: "b"), now: 1)
        var now: UInt64 = 1000
        var made: [Int] = []
        func add() -> Int? {
            now += draws.next() % 2
            let owner = draws.next() % 4 == 0 ? other : mine
            let kept = store.add(result(owner, at: now))
            return owner.id == mine.id ? kept.id : nil
        }
        for _ in 0..<Int(draws.next() % 60) { if let id = add() { made.append(id) } }
        let filter = ExecutionFilter(range: 0...now)
        var shown: [Int] = []
        var cursor: PageCursor?
        repeat {
            let page = store.results(
                of: mine, filter, size: Int(draws.next() % 7) + 1, after: cursor)
            shown += page.items.map(\.id)
            cursor = page.next
            for _ in 0..<Int(draws.next() % 3) { _ = add() }
        } while cursor != nil
        #expect(shown.filter { made.contains($0) } == made.reversed(), "\(TestSeed.note)")
        #expect(Set(shown).count == shown.count, "\(TestSeed.note)")
        for id in made { #expect(store.result(String(id), of: mine)?.id == id) }
        #expect(made.first.flatMap { store.result(String($0), of: other) } == nil)
    }

    @Test("an update moves a connector to the front: who has passed it meets it no more")
    func updates() {
        var store = ConnectorStore()
        let ids = (0..<3).map { store.add(ConnectorVersion(name: "n\($0)"), now: UInt64($0)).id }
        let first = store.page(size: 1, after: nil)
        #expect(first.items.map(\.id) == [ids[2]])
        var moved = store[String(ids[0])]
        moved?.updated = 10
        if let moved { store.update(moved) }
        #expect(store.page(size: 5, after: first.next).items.map(\.id) == [ids[1]])
        #expect(store.page(size: 5, after: nil).items.map(\.id) == [ids[0], ids[2], ids[1]])
    }

    @Test("keeps no more than its bounds, and never forgets what Fin uses")
    func bounds() {
        var store = ConnectorStore()
        let used = store.add(ConnectorVersion(name: "used"), isLive: true, isInUse: true, now: 0)
        for number in 1...1500 {
            _ = store.add(ConnectorVersion(name: "n"), now: UInt64(number))
        }
        #expect(store.count == 1000 && store[String(used.id)] != nil)
        for number in 0..<25_000 { _ = store.add(result(used, at: UInt64(number))) }
        #expect(store.resultCount == 10_000)
        let all = ExecutionFilter(range: 0...100_000)
        let newest = store.results(of: used, all, size: 1, after: nil).items[0]
        #expect(newest.created == 24_999)
        #expect(store.result(String(newest.id - 9_999), of: used)?.created == 15_000)
        #expect(store.result(String(newest.id - 10_000), of: used) == nil)
        #expect(store.result(String(newest.id + 1), of: used) == nil)
    }

    @Test("a cursor reads back as itself, and nothing else is one")
    func cursors() {
        let cursor = PageCursor(seconds: 1_770_594_715, id: 12345)
        // The documented example.
        #expect(cursor.text == "WzE3NzA1OTQ3MTUuMCwxMjM0NV0=")
        #expect(PageCursor(cursor.text) == cursor)
        for text in ["", "abc", "W10=", "e30=", "WzEuNSwyXQ==", "Wy0xLDJd", "WzFlMzAwLDJd"] {
            #expect(PageCursor(text) == nil)
        }
    }

    @Test(
        "a URL loses user, query and fragment",
        arguments: [
            ("http://h/p", "http://h/p"), ("http://u:p@h:1/p?q=1#f", "http://h:1/p"),
            ("http://u@x@h/a@b", "http://h/a@b"), ("https://h?q", "https://h"),
            ("http://h#f?g", "http://h"), ("//u@h", "//h"), ("/p@q?x", "/p@q"), ("", ""),
        ])
    func redaction(url: String, expected: String) {
        #expect(URLRedaction.redacted(url) == expected)
    }

    @Test("values are filled into a URL, a body and a header so that they stay values")
    func templates() {
        let template = ExecutionTemplate(values: ["id": "a\"b /?\r\nX: y"])
        #expect(template.url("http://h/{{id}}?x={{ id }}").hasPrefix("http://h/a%22b%20%2F%3F%0D"))
        #expect(template.body(#"{"id":"{{id}}"}"#) == #"{"id":"a\"b /?\u000d\nX: y"}"#)
        #expect(template.header("v={{id}}") == "v=a\"b /?X: y")
        #expect(template.body("{{nobody}}{{") == "{{")
    }
}
