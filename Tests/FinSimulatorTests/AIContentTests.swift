import FinMeasure
import FinTestSupport
import Foundation
import Testing

@testable import FinSimulator

/// AI content: sources, their pages, and what is refused.
@Suite struct AIContentTests: FamilyCalls {
    private static let sources = "/ai/content_import_sources"
    private static let pages = "/ai/external_pages"
    private static let newSource = #"{"sync_behavior":"api","url":"https://a.test"}"#

    private func source(_ family: AIContent) throws -> Int {
        let made = try call(family, "POST", Self.sources, [:], Self.newSource)
        #expect(made.status == 200)
        return try #require(made.body["id"] as? Int)
    }

    private func page(
        _ source: Int, _ externalID: String = "e", title: String = "T", html: String = "<p>",
        more: String = ""
    ) -> String {
        "{\"title\":\"\(title)\",\"html\":\"\(html)\",\"locale\":\"en\",\"source_id\":\(source),"
            + "\"external_id\":\"\(externalID)\"\(more)}"
    }

    private func post(
        _ family: AIContent, _ body: String, now: UInt64 = 1_770_000_000
    ) throws -> Object {
        try call(family, "POST", Self.pages, [:], body, now: now).body
    }

    // MARK: - sources

    @Test("a source is made, shown, changed and deleted; the API answers as documented")
    func sourceLife() throws {
        let family = AIContent()
        let made = try call(
            family, "POST", Self.sources, [:],
            #"{"sync_behavior":"api","url":"https://a.test","audience_ids":7}"#)
        #expect(made.status == 200 && made.body["type"] as? String == "content_import_source")
        #expect(made.body["status"] as? String == "active")
        #expect(made.body["audience_ids"] as? [Int] == [7])
        let path = "\(Self.sources)/\(try #require(made.body["id"] as? Int))"
        let changed = try call(
            family, "PUT", path, [:],
            #"{"sync_behavior":"api","url":"https://b.test","status":"deactivated"}"#,
            now: 1_770_000_009)
        #expect(changed.body["url"] as? String == "https://b.test")
        #expect(changed.body["status"] as? String == "deactivated")
        // What is left out stays; null empties it.
        #expect(changed.body["audience_ids"] as? [Int] == [7])
        #expect(changed.body["updated_at"] as? Int == 1_770_000_009)
        #expect(changed.body["created_at"] as? Int == 1_770_000_000)
        let emptied = try call(
            family, "PUT", path, [:],
            #"{"sync_behavior":"api","url":"https://b.test","audience_ids":null}"#)
        #expect(emptied.body["audience_ids"] as? [Int] == [])
        let shown = try call(family, "GET", path).body
        #expect(NSDictionary(dictionary: shown) == NSDictionary(dictionary: emptied.body))
        let gone = try call(family, "DELETE", path)
        #expect(gone.status == 204 && gone.body.isEmpty)
        for method in ["GET", "PUT", "DELETE"] {
            let refused = refusal { _ = try call(family, method, path, [:], Self.newSource) }
            #expect(refused == "404 not_found Content import source not found")
        }
    }

    @Test("the source that a workspace begins with keeps its URL, its kind, and takes no pages")
    func ownSource() throws {
        let family = AIContent()
        let data = try #require(try call(family, "GET", Self.sources).body["data"] as? [Object])
        #expect(data.count == 1 && data.first?["sync_behavior"] as? String == "automatic")
        let url = try #require(data.first?["url"] as? String)
        let path = "\(Self.sources)/1"
        func change(_ behavior: String, _ url: String) -> String {
            refusal {
                let body = "{\"sync_behavior\":\"\(behavior)\",\"url\":\"\(url)\"}"
                let answer = try call(family, "PUT", path, [:], body)
                let word = behavior == "automated" ? "automatic" : behavior
                #expect(answer.body["sync_behavior"] as? String == word)
            }
        }
        #expect(["manual", "automated", "automatic"].map { change($0, url) } == ["", "", ""])
        let wrong = "400 parameter_invalid "
        #expect(change("api", url) == wrong + "sync_behavior cannot be changed to or from api")
        #expect(
            change("manual", "https://b.test") == wrong
                + "url can only be changed where sync_behavior is api")
        #expect(change("daily", url).hasPrefix(wrong + "sync_behavior must be one of"))
        let refused = refusal { _ = try post(family, page(1)) }
        #expect(refused == wrong + "sync_behavior of the source must be api")
    }

    // MARK: - pages

    @Test("a page that is posted again is changed, and what is left out of it stays")
    func upsert() throws {
        let family = AIContent()
        let source = try source(family)
        let made = try post(
            family, page(source, more: ",\"url\":\"https://p.test\",\"ai_agent_availability\":true")
        )
        let again = try post(family, page(source, title: "New"), now: 1_770_000_005)
        #expect(made["id"] as? String == "1" && again["id"] as? String == "1")
        #expect(again["title"] as? String == "New" && again["url"] as? String == "https://p.test")
        #expect(again["ai_agent_availability"] as? Bool == true)
        #expect(again["ai_copilot_availability"] as? Bool == false)
        #expect(again["created_at"] as? Int == 1_770_000_000)
        #expect(again["last_ingested_at"] as? Int == 1_770_000_005)
        // The same external id in another source is another page.
        let other = try post(family, page(try self.source(family)))
        #expect(other["id"] as? String == "2" && other["url"] == nil)
        let list = try call(family, "GET", Self.pages).body
        #expect(list["total_count"] as? Int == 2)
        let path = "\(Self.pages)/1"
        let gone = try call(family, "DELETE", path)
        #expect(gone.status == 200 && gone.body["id"] as? String == "1")
        #expect(gone.body["html"] as? String == "")
        let missing = refusal { _ = try call(family, "GET", path) }
        #expect(missing == "404 not_found External page not found")
        // Gone is gone: the external id makes a new page.
        #expect(try post(family, page(source))["id"] as? String == "3")
    }

    @Test("a page is changed by its id, and moves only to a place that is free")
    func change() throws {
        let family = AIContent()
        let (first, second) = (try source(family), try source(family))
        _ = try post(family, page(first, "a"))
        _ = try post(family, page(second, "a"))
        let url = ",\"url\":\"https://p.test\""
        func put(_ id: Int, _ body: String) throws -> Object {
            try call(family, "PUT", "\(Self.pages)/\(id)", [:], body).body
        }
        let changed = try put(1, page(first, "b", title: "New", more: url))
        #expect(changed["external_id"] as? String == "b")
        let taken = refusal { _ = try put(1, page(second, "a", more: url)) }
        #expect(
            taken == "400 parameter_invalid external_id is that of another page of the source")
        #expect(try put(1, page(second, "b", more: url))["source_id"] as? Int == second)
        // Its old place is free, and with its new source it goes.
        #expect(try post(family, page(first, "b"))["id"] as? String == "3")
        _ = try call(family, "DELETE", "\(Self.sources)/\(second)")
        let left = try call(family, "GET", Self.pages).body["data"] as? [Object]
        #expect(left?.compactMap { $0["id"] as? String } == ["3"])
    }

    @Test(
        "a body that lacks something is refused by its name",
        arguments: [
            (AIContentTests.sources, "{}", "sync_behavior is required"),
            (
                AIContentTests.sources, #"{"sync_behavior":"manual","url":"u"}"#,
                "sync_behavior must be api"
            ),
            (AIContentTests.sources, #"{"sync_behavior":"api"}"#, "url is required"),
            (AIContentTests.sources, #"{"sync_behavior":"api","url":7}"#, "url has the wrong type"),
            (
                AIContentTests.sources, #"{"sync_behavior":"api","url":"u","status":"on"}"#,
                "status must be one of active, deactivated"
            ),
            (
                AIContentTests.sources, #"{"sync_behavior":"api","url":"u","audience_ids":"x"}"#,
                "audience_ids has the wrong type"
            ),
            (AIContentTests.pages, "{}", "title is required"),
            (AIContentTests.pages, #"{"title":"t"}"#, "html is required"),
            (AIContentTests.pages, #"{"title":"t","html":""}"#, "source_id is required"),
            (AIContentTests.pages, #"{"title":"t","html":"","source_id":2}"#, "locale is required"),
            (
                AIContentTests.pages, #"{"title":"t","html":"","source_id":2,"locale":"de"}"#,
                "locale must be en"
            ),
            (
                AIContentTests.pages, #"{"title":"t","html":"","source_id":2,"locale":"en"}"#,
                "external_id is required"
            ),
            (
                AIContentTests.pages, #"{"title":"t","html":"","source_id":"2"}"#,
                "source_id has the wrong type"
            ),
        ])
    func wrong(path: String, body: String, words: String) throws {
        let refused = refusal { _ = try call(AIContent(), "POST", path, [:], body) }
        #expect(refused == "400 parameter_invalid \(words)")
    }

    @Test("a page for a source that there is not is 404; ids are written in one way only")
    func missing() throws {
        let family = AIContent()
        let unknown = refusal { _ = try post(family, page(9)) }
        #expect(unknown == "404 not_found Content import source not found")
        for id in ["01", "+1", "x", "2"] {
            let refused = refusal { _ = try call(family, "GET", "\(Self.sources)/\(id)") }
            #expect(refused.hasPrefix("404"), "\(id)")
        }
        #expect(AIContent.methods(["ai", "articles"]) == nil)
        #expect(AIContent.methods(["ai", "external_pages", "1", "x"]) == nil)
    }

    // MARK: - lists and bounds

    @Test("following next shows each page once, newest first, whatever was made and deleted")
    func lists() throws {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        let family = AIContent()
        let source = try source(family)
        var model: [Int] = []
        for step in 1...200 {
            if let id = model.randomElement(using: &generator), Bool.random(using: &generator) {
                _ = try call(family, "DELETE", "\(Self.pages)/\(id)")
                model.removeAll { $0 == id }
            } else {
                let made = try post(family, page(source, "e\(step)"))
                model.append(try #require((made["id"] as? String).flatMap { Int($0) }))
            }
        }
        let size = Int.random(in: 1...30, using: &generator)
        var found: [Int] = []
        var query = ["per_page": "\(size)"]
        while true {
            let answer = try call(family, "GET", Self.pages, query).body
            let data = try #require(answer["data"] as? [Object])
            found += data.compactMap { ($0["id"] as? String).flatMap { Int($0) } }
            let pages = try #require(answer["pages"] as? Object)
            #expect(answer["total_count"] as? Int == model.count)
            guard let next = pages["next"] as? String else { break }
            let items = URLComponents(string: next)?.queryItems ?? []
            #expect(next.hasPrefix("http://127.0.0.1:80\(Self.pages)?"), "\(next)")
            query = items.reduce(into: [:]) { $0[$1.name] = $1.value }
            try #require(found.count < model.count, "\(TestSeed.note)")
        }
        #expect(found == model.reversed(), "\(TestSeed.note)")
        #expect(
            refusal { _ = try call(family, "GET", Self.pages, ["page": "0"]) }.hasPrefix("400"))
    }

    @Test("what is kept has bounds, in numbers and in bytes: the eldest makes room")
    func bounds() throws {
        let family = AIContent(.init(sources: 3, pages: 3, bytes: 40))
        func kept() throws -> [String] {
            let data = try call(family, "GET", Self.pages).body["data"] as? [Object]
            return (data ?? []).compactMap { $0["id"] as? String }
        }
        let source = try source(family)
        for name in ["a", "b", "c", "d"] {
            _ = try post(family, page(source, name, html: "1234"))
        }
        #expect(try kept() == ["4", "3", "2"])
        // 30 bytes of text, "T" and "e": with two others of 6 bytes 44 are too many.
        let large = String(repeating: "x", count: 30)
        _ = try post(family, page(source, "e", html: large))
        #expect(try kept() == ["5", "4"])
        // A change counts as well as a creation.
        _ = try post(family, page(source, "d", html: "123456"))
        #expect(try kept() == ["5", "4"])
        // The eldest that grows makes room for itself, and stays; also where it alone is too large.
        _ = try post(family, page(source, "d", html: "1234567"))
        #expect(try kept() == ["4"])
        _ = try post(family, page(source, "d", html: large + large))
        #expect(try kept() == ["4"])
        _ = try self.source(family)
        // The workspace's own source is the eldest, then the one with the pages.
        _ = try self.source(family)
        #expect(try kept() == ["4"])
        _ = try self.source(family)
        #expect(try kept().isEmpty)
    }
}
