import FinLoop
import FinMeasure
import FinProfile
import Foundation
import Testing

@testable import FinDrive

@Suite("The operations of AI content, and the shapes that operations share")
struct ContentOperationTests {
    private func context(_ memory: CallMemory, turn: UInt32 = 2) throws -> CallContext {
        let plan = try RunPlan(
            profile: try Profile.parse(text: "name: n", source: "test.yaml"), runID: "r")
        var record = TurnRecord()
        record.turn = turn
        return CallContext(
            bodies: RequestBody(plan: plan), turn: record, unixMilliseconds: 1, memory: memory)
    }

    private func made<Operation: APIOperation>(
        _ type: Operation.Type, _ settings: [String: String] = [:]
    ) throws -> Operation {
        var taken = CallSettings(Profile.Operation(name: Operation.name, settings: settings))
        return try Operation(&taken)
    }

    private func body(_ request: CallRequest) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(request.body))
        return try #require(json as? [String: Any])
    }

    private func answer(_ text: String) -> CallAnswer {
        CallAnswer(status: 200, body: Array(text.utf8))
    }

    private var memory: CallMemory {
        var memory = CallMemory()
        memory[.contentSource] = "36"
        memory[.contentPage] = "21"
        return memory
    }

    @Test("a page is sent closed to Fin, as large as asked, another text in each turn")
    func upsert() throws {
        let operation = try made(ContentPageUpsert.self, ["external_id": "b", "bytes": "300"])
        let first = try body(operation.request(context(memory)))
        let second = try body(operation.request(context(memory, turn: 3)))
        #expect(first["source_id"] as? Int == 36 && first["locale"] as? String == "en")
        for reader in ["agent", "copilot", "sales_agent"] {
            #expect(first["ai_\(reader)_availability"] as? Bool == false, "\(reader)")
        }
        let texts = [first, second].compactMap { $0["html"] as? String }
        #expect(texts.map(\.utf8.count) == [300, 300] && texts[0] != texts[1])
        #expect(first["external_id"] as? String == second["external_id"] as? String)
        #expect((first["external_id"] as? String)?.hasSuffix("-b") == true)
    }

    @Test("a page that was changed keeps its id: another one is a second page")
    func doubles() throws {
        var memory = memory
        let (first, other) = (
            try made(ContentPageUpsert.self), try made(ContentPageUpsert.self, ["external_id": "b"])
        )
        #expect(first.take(answer(#"{"id":"5"}"#), into: &memory))
        #expect(other.take(answer(#"{"id":"6"}"#), into: &memory))
        #expect(memory[.contentPage] == "6")
        #expect(first.take(answer(#"{"id":"5"}"#), into: &memory))
        #expect(!first.take(answer(#"{"id":"7"}"#), into: &memory))
        #expect(memory[.contentPage] == "5")
        // Deleted: made anew, it has a new id; the other page keeps its own.
        let delete = try made(ContentPageDelete.self)
        #expect(!delete.take(answer(#"{"id":"6"}"#), into: &memory))
        #expect(delete.take(answer(#"{"id":"5"}"#), into: &memory))
        #expect(first.take(answer(#"{"id":"8"}"#), into: &memory))
        #expect(!first.take(answer(#"{"id":"5"}"#), into: &memory))
        #expect(!other.take(answer(#"{"id":"9"}"#), into: &memory))
        // Another source has another page of the same external id.
        let source = try made(ContentSourceCreate.self)
        #expect(source.take(answer(#"{"id":37}"#), into: &memory))
        #expect(first.take(answer(#"{"id":"10"}"#), into: &memory))
        #expect(!first.take(answer(#"{"id":"8"}"#), into: &memory))
        let removal = try made(ContentSourceDelete.self)
        #expect(removal.take(answer(""), into: &memory))
        #expect(source.take(answer(#"{"id":38}"#), into: &memory))
        #expect(first.take(answer(#"{"id":"11"}"#), into: &memory))
    }

    @Test("a change by id leaves the external id alone")
    func update() throws {
        let request = try made(ContentPageUpdate.self).request(context(memory))
        #expect(request.method == .put && request.path == "/ai/external_pages/21")
        let sent = try body(request)
        #expect(sent["external_id"] == nil && sent["url"] is String)
        let source = try made(ContentSourceUpdate.self, ["status": "deactivated"])
        let change = source.request(try context(memory))
        #expect(change.path == "/ai/content_import_sources/36")
        #expect(try body(change)["status"] as? String == "deactivated")
        var memory = memory
        #expect(source.take(answer(#"{"id":36,"status":"deactivated"}"#), into: &memory))
        #expect(!source.take(answer(#"{"id":36,"status":"active"}"#), into: &memory))
    }

    @Test("what is read or deleted must be what was kept, whether its id is text or number")
    func kept() throws {
        var memory = memory
        memory[.object] = "9"
        let get = try made(ContentSourceGet.self)
        #expect(get.take(answer(#"{"id":36}"#), into: &memory))
        #expect(get.take(answer(#"{"id":"36"}"#), into: &memory))
        #expect(!get.take(answer(#"{"id":37}"#), into: &memory))
        #expect(!get.take(answer("{}"), into: &memory) && !get.take(answer(""), into: &memory))
        let delete = try made(ObjectDelete.self)
        #expect(delete.request(try context(memory)).method == .delete)
        #expect(delete.take(answer(#"{"id":"9","deleted":true}"#), into: &memory))
        for wrong in [
            #"{"id":"9","deleted":false}"#, #"{"id":"9"}"#, #"{"id":"8","deleted":true}"#,
        ] {
            #expect(!delete.take(answer(wrong), into: &memory), "\(wrong)")
        }
    }

    @Test("a list is asked for by page, and may not be longer than asked")
    func lists() throws {
        let list = try made(ContentPageList.self, ["page": "3", "per_page": "2"])
        let request = list.request(try context(memory))
        #expect(request.path == "/ai/external_pages?page=3&per_page=2" && request.method == .get)
        var memory = memory
        let item = #"{"id":"1"}"#
        for (count, isTaken) in [(0, true), (2, true), (3, false)] {
            let items = Array(repeating: item, count: count).joined(separator: ",")
            #expect(list.take(answer("{\"data\":[\(items)]}"), into: &memory) == isTaken)
        }
        #expect(throws: ProfileError.self) {
            try self.made(ContentSourceList.self, ["per_page": "151"])
        }
    }
}
