import FinMeasure
import FinTestSupport
import Foundation
import Testing

@testable import FinSimulator

/// The other APIs: their state, and what they refuse.
@Suite struct FamilyTests: FamilyCalls {
    // MARK: - custom objects

    @Test("an instance is made once, changed by its external id, and gone when it is deleted")
    func objects() throws {
        let family = CustomObjects()
        let path = "/custom_object_instances/Order"
        let made = try call(
            family, "POST", path, [:], #"{"external_id":"e","custom_attributes":{"a":1,"b":"x"}}"#)
        let changed = try call(
            family, "POST", path, [:], #"{"external_id":"e","custom_attributes":{"b":true}}"#,
            now: 1_770_000_009)
        #expect(made.status == 200 && made.body["id"] as? String == "1")
        #expect(changed.body["id"] as? String == "1")
        #expect(changed.body["custom_attributes"] as? [String: String] == ["a": "1", "b": "true"])
        #expect(changed.body["updated_at"] as? Int == 1_770_000_009)
        #expect(changed.body["external_created_at"] is NSNull)
        #expect(try call(family, "GET", path + "/e").body["id"] as? String == "1")
        for id in ["01", "+1"] {
            let missing = refusal { _ = try call(family, "GET", "\(path)/\(id)") }
            #expect(missing == "404 not_found Custom object instance not found", "\(id)")
        }
        #expect(
            try call(family, "GET", path, ["external_id": "e"]).body["type"] as? String == "Order")
        #expect(try call(family, "DELETE", path + "/1").body["deleted"] as? Bool == true)
        let again = refusal { _ = try call(family, "DELETE", path, ["external_id": "e"]) }
        #expect(again == "404 not_found Object not found")
        let unknown = refusal { _ = try call(family, "GET", "/custom_object_instances/unknown") }
        #expect(unknown == "404 not_found Custom object type `unknown` not found")
        #expect(refusal { _ = try call(family, "GET", path, ["per_page": "151"]) }.hasPrefix("400"))
    }

    @Test("pages hold each instance once, newest first, whatever was made and deleted")
    func pages() throws {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        let family = CustomObjects()
        var model: [String: [Int]] = [:]
        for step in 1...400 {
            let type = ["A", "B", "C"].randomElement(using: &generator) ?? "A"
            let path = "/custom_object_instances/\(type)"
            if let id = model[type]?.randomElement(using: &generator),
                Bool.random(using: &generator)
            {
                _ = try call(family, "DELETE", "\(path)/\(id)")
                model[type]?.removeAll { $0 == id }
            } else {
                let made = try call(family, "POST", path, [:], "{\"external_id\":\"e\(step)\"}")
                let id = try #require((made.body["id"] as? String).flatMap { Int($0) })
                model[type, default: []].append(id)
            }
        }
        for (type, ids) in model {
            let size = Int.random(in: 1...30, using: &generator)
            var found: [Int] = []
            var page = 1
            while found.count < ids.count {
                let answer = try call(
                    family, "GET", "/custom_object_instances/\(type)",
                    ["page": "\(page)", "per_page": "\(size)"])
                let data = try #require(answer.body["data"] as? [Object])
                #expect(answer.body["total_count"] as? Int == ids.count)
                if data.isEmpty { break }
                found += data.compactMap { ($0["id"] as? String).flatMap { Int($0) } }
                page += 1
                let pages = try #require(answer.body["pages"] as? Object)
                let next =
                    "http://127.0.0.1:80/custom_object_instances/\(type)?page=\(page)&per_page=\(size)"
                #expect(pages["next"] as? String == (found.count < ids.count ? next : nil))
                // At the end it is null, not left out.
                #expect(pages["next"] != nil)
            }
            #expect(found == ids.reversed(), "\(TestSeed.note)")
        }
    }

    @Test("the address of the next page keeps all else that was asked, escaped")
    func nextPage() throws {
        let family = CustomObjects()
        let path = "/custom_object_instances/Order"
        for name in ["a", "b"] {
            _ = try call(
                family, "POST", path, [:],
                "{\"external_id\":\"\(name)\",\"custom_attributes\":{\"c\":\"ä &b\"}}")
        }
        let query = ["per_page": "1", "references_contact_id": "ä &b"]
        let pages = try call(family, "GET", path, query).body["pages"] as? Object
        #expect(
            pages?["next"] as? String
                == "http://127.0.0.1:80\(path)?page=2&per_page=1&references_contact_id=%C3%A4%20%26b"
        )
    }

    @Test("instances keep within their bytes as well as their number: the smallest id makes room")
    func objectBytes() throws {
        let family = CustomObjects(limit: 5, byteLimit: 100_000)
        let path = "/custom_object_instances/Order"
        func put(_ name: String, _ size: Int) throws -> Int {
            let text = String(repeating: "x", count: size)
            return try call(
                family, "POST", path, [:],
                "{\"external_id\":\"\(name)\",\"custom_attributes\":{\"\(name)\":\"\(text)\"}}"
            ).status
        }
        func names() throws -> [String] {
            let data = try call(family, "GET", path).body["data"] as? [Object]
            return data?.compactMap { $0["external_id"] as? String } ?? []
        }
        for name in ["a", "b", "c", "d", "e", "f"] { _ = try put(name, 1) }
        #expect(try names() == ["f", "e", "d", "c", "b"])
        _ = try put("g", 50_000)
        // One that grows makes room for itself, and stays.
        _ = try put("c", 60_000)
        #expect(try names() == ["c"])
        #expect((60_000...100_000).contains(family.byteCount))
        #expect(refusal { _ = try put("h", CustomObjects.instanceLimit) }.hasPrefix("400 "))
        #expect(try names() == ["c"])
        _ = try call(family, "DELETE", path, ["external_id": "c"])
        #expect(family.byteCount == 0)
    }

    // MARK: - the custom channel

    @Test("a channel's conversation is made by its first event; the others belong to it")
    func channel() throws {
        let family = CustomChannel()
        func body(_ event: String, _ more: String = "") -> String {
            "{\"event_id\":\"\(event)\",\"external_conversation_id\":\"c\","
                + "\"contact\":{\"type\":\"lead\",\"external_id\":\"u\"}\(more)}"
        }
        func post(_ name: String, _ text: String) throws -> Object {
            try call(family, "POST", "/custom_channel_events/notify_\(name)", [:], text).body
        }
        let early = refusal { _ = try post("new_message", body("0", ",\"body\":\"b\"")) }
        #expect(early == "422 data_invalid Invalid or duplicated record reference")
        let made = try post("new_conversation", body("1"))
        let message = try post("new_message", body("2", ",\"body\":\"b\""))
        let reply = try post("quick_reply_selected", body("3", ",\"quick_reply_option_id\":\"o\""))
        let collected = try post(
            "attribute_collected", body("4", ",\"attribute\":{\"id\":\"a\",\"value\":\"v\"}"))
        for answer in [message, reply, collected] {
            #expect(answer as? [String: String] == made as? [String: String])
        }
        #expect(
            refusal { _ = try post("new_message", body("2", ",\"body\":\"b\"")) }.hasPrefix("422"))
        #expect(refusal { _ = try post("new_message", body("5")) }.hasPrefix("400 data_invalid"))
        let user = refusal {
            _ = try post(
                "new_conversation",
                body("9").replacing("lead", with: "user").replacing("\"c\"", with: "\"d\""))
        }
        #expect(user == "400 data_invalid Contact not found or could not be created")
    }

    @Test("a bounded table forgets the eldest first")
    func bounded() {
        var table = BoundedTable<Int>(limit: 3, byteLimit: 100)
        for number in 1...5 { table.keep(number, as: "\(number)") }
        #expect((1...5).map { table["\($0)"] } == [nil, nil, 3, 4, 5])
        table.keep(40, as: "4")
        #expect(table["3"] == 3 && table["4"] == 40)
        let long = String(repeating: "n", count: 99)
        table.keep(6, as: long)
        #expect(table["4"] == nil && table["5"] == 5 && table[long] == 6 && table.byteCount == 100)
        table.keep(7, as: long + long)
        #expect(table[long] == nil && table[long + long] == 7 && table.byteCount == 198)
    }

    @Test("a bounded table holds the newest that fit, whatever comes in whatever order")
    func boundedAsNaively() {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        var table = BoundedTable<Int>(limit: 10, byteLimit: 60)
        var model: [(name: String, value: Int)] = []
        for value in 0..<2000 {
            let name = String(
                repeating: "n", count: Int.random(in: 1...25, using: &generator))
            table.keep(value, as: name)
            if let index = model.firstIndex(where: { $0.name == name }) {
                model[index].value = value
            } else {
                model.append((name, value))
            }
            while model.count > 10 || model.map(\.name.count).reduce(0, +) > 60 {
                model.removeFirst()
            }
            let kept = model.allSatisfy { table[$0.name] == $0.value }
            #expect(
                kept && table.byteCount == model.map(\.name.count).reduce(0, +), "\(TestSeed.note)")
            #expect(
                (1...25).count { table[String(repeating: "n", count: $0)] != nil } == model.count)
        }
    }

    // MARK: - identity secrets

    @Test("a rotation never gives a wrong verdict: both secrets verify, then only the new one")
    func rotation() throws {
        let family = IdentitySecrets()
        func make(_ name: String) throws -> (id: String, secret: String) {
            let made = try call(
                family, "POST", "/secure_mode_secrets", [:],
                "{\"name\":\"\(name)\",\"supports_web\":true}")
            #expect(made.status == 201)
            return (
                try #require(made.body["id"] as? String),
                try #require(made.body["secret"] as? String)
            )
        }
        func isRight(_ secret: String, platform: String = "web") throws -> Bool? {
            let mac = Libcrypto.hmacSHA256(key: Array(secret.utf8), message: Array("u-77".utf8))
            let hash = mac.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let text =
                "{\"user_id\":\"u-77\",\"user_hash\":\"\(hash)\",\"platform\":\"\(platform)\"}"
            return try call(family, "POST", "/finbench/user_hash", [:], text)
                .body["verified"] as? Bool
        }
        let (old, new) = (try make("old"), try make("new"))
        #expect(old.secret.count == 43 && old.secret != new.secret)
        #expect(try [old, new].map { try isRight($0.secret) } == [true, true])
        #expect(try isRight(new.secret, platform: "ios") == false)
        #expect(try call(family, "DELETE", "/secure_mode_secrets/\(old.id)").status == 204)
        #expect(try [old, new].map { try isRight($0.secret) } == [false, true])
        let list = try call(family, "GET", "/secure_mode_secrets").body["data"] as? [Object]
        #expect(list?.map { $0["name"] as? String } == ["new"])
        #expect(list?.allSatisfy { $0["secret"] == nil } == true)
        let gone = refusal { _ = try call(family, "DELETE", "/secure_mode_secrets/\(old.id)") }
        #expect(gone.hasPrefix("404 identity_verification_secret_not_found"))
        let long = String(repeating: "n", count: IdentitySecrets.nameLimit + 1)
        for (body, words) in [
            ("{}", "name is required"), ("{\"name\":\"n\"}", "at least one platform"),
            ("{\"name\":\"\(long)\",\"supports_web\":true}", "name can have 1000 bytes"),
        ] {
            let wrong = refusal {
                _ = try call(family, "POST", "/secure_mode_secrets", [:], body)
            }
            #expect(wrong.hasPrefix("422 parameter_invalid \(words)"))
        }
    }
}
