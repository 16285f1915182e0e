import FinTestSupport
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

/// The other APIs over HTTP: what stands around their own answers.
@Suite("Over HTTP, the other APIs", .sockets)
struct FamilyLoopbackTests {
    private static let paths = [
        "/custom_object_instances/Order", "/secure_mode_secrets", "/data_connectors",
        "/ai/content_import_sources", "/ai/external_pages",
    ]

    @Test("answer the versions that the others answer", arguments: paths)
    func versions(path: String) async throws {
        try await TestServer.with { server in
            for version in ["2.14", "2.15", "2.16", "Preview", "Unstable"] {
                let served = try await server.send(
                    "GET", path, headers: ["Intercom-Version": version])
                #expect(served.status == 200, "\(version)")
            }
            #expect(try await server.send("GET", path).status == 200)
            for version in ["2.13", "1.0", "9.9", "preview", "\"2.16\""] {
                let refused = try await server.send(
                    "GET", path, headers: ["Intercom-Version": version])
                #expect(refused.status == 400 && refused.body.contains("intercom_version_invalid"))
                let keyless = try await server.send(
                    "GET", path, headers: ["Intercom-Version": version], isAuthorized: false)
                #expect(keyless.status == 401)
            }
        }
    }

    @Test("refuse a body above a mebibyte with 413, and keep nothing of it")
    func largeBody() async throws {
        try await TestServer.with { server in
            let path = "/custom_object_instances/Order"
            let text = String(repeating: "x", count: CustomObjects.bodyLimit)
            let refused = try await server.send(
                "POST", path, body: "{\"external_id\":\"\(text)\"}")
            #expect(refused.status == 413)
            #expect(refused.errorMessage.hasSuffix("larger than 1048576 bytes"))
            #expect(try await server.send("GET", path).json["total_count"] as? Int == 0)
        }
    }

    @Test("lead from page to page by the address in the answer")
    func pages() async throws {
        try await TestServer.with { server in
            let path = "/custom_object_instances/Order"
            for number in 1...5 {
                _ = try await server.send("POST", path, body: "{\"external_id\":\"\(number)\"}")
            }
            var found: [String] = []
            var next: String? = server.base + path + "?per_page=2"
            while let url = next, found.count < 10 {
                let page = try await server.send("GET", String(url.dropFirst(server.base.count)))
                let data = try #require(page.json["data"] as? [[String: Any]])
                found += data.compactMap { $0["external_id"] as? String }
                next = (page.json["pages"] as? [String: Any])?["next"] as? String
            }
            #expect(found == ["5", "4", "3", "2", "1"])
        }
    }

    private static func check(
        _ vector: SignatureVector, on platform: String, at server: TestServer,
        hash: String? = nil
    ) async throws -> TestResponse {
        let body = [
            "user_id": vector.message, "user_hash": hash ?? vector.signature,
            "platform": platform,
        ]
        return try await server.send(
            "POST", "/finbench/user_hash",
            body: String(decoding: try JSONEncoder().encode(body), as: UTF8.self))
    }

    @Test("take the user hashes of the vectors, and no other")
    func vectors() async throws {
        let secrets = Set(SignatureVector.userHash.map(\.secret))
        try #require(secrets.count == 1)
        try await TestServer.with {
            $0.plantedSecrets = Array(secrets)
        } _: { server in
            for platform in ["web", "ios", "android"] {
                for vector in SignatureVector.userHash {
                    let taken = try await Self.check(vector, on: platform, at: server)
                    #expect(taken.status == 200, "\(vector)")
                    #expect(taken.json["verified"] as? Bool == true, "\(vector) on \(platform)")
                }
            }
            // The mobile SDKs take lower case alone.
            let vector = try #require(SignatureVector.userHash.first)
            let upper = vector.signature.uppercased()
            try #require(upper != vector.signature)
            for (hash, platform, isRight) in [
                (upper, "web", true), (upper, "ios", false), (upper, "android", false),
                (vector.signature + "0", "web", false),
                (String(vector.signature.dropLast()), "web", false), ("", "web", false),
            ] {
                let taken = try await Self.check(vector, on: platform, at: server, hash: hash)
                #expect(taken.status == 200, "\(hash) on \(platform)")
                #expect(
                    taken.json["verified"] as? Bool == isRight, "\(hash) on \(platform)")
            }
            // The key is the text as it is shown, not what it decodes to.
            for vector in SignatureVector.userHashOfDecodedSecret {
                let refused = try await Self.check(vector, on: "web", at: server)
                #expect(refused.json["verified"] as? Bool == false, "\(vector)")
            }
            let list = try await server.send("GET", "/secure_mode_secrets")
            let data = try #require(list.json["data"] as? [[String: Any]])
            #expect(data.count == 1 && !list.body.contains(secrets.first ?? ""))
            let id = try #require(data.first?["id"] as? String)
            #expect(try await server.send("DELETE", "/secure_mode_secrets/\(id)").status == 204)
            for vector in SignatureVector.userHash {
                let late = try await Self.check(vector, on: "web", at: server)
                #expect(late.json["verified"] as? Bool == false, "\(vector)")
            }
        }
    }
}
