import FinProfile
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

@Suite("Data connectors", .sockets)
struct ConnectorTests {
    private static let orders =
        #"{"name":"Orders","http_method":"get","url":"https://o.example.test/{{id}}","audiences":["users"],"headers":[{"name":"X-Key","value":"planted-secret"}],"data_inputs":[{"name":"id"}],"mock_response":{"order":{"id":12,"price":1.5,"at":"2026-02-03T09:15:00Z","open":true,"note":null,"items":[{"name":"cup"}]}}}"#

    private func make(_ server: TestServer, _ body: String = orders) async throws -> TestResponse {
        try await server.send("POST", "/data_connectors", body: body)
    }

    private func code(_ response: TestResponse) -> String {
        let error = (response.json["errors"] as? [[String: Any]])?.first
        return "\(response.status) \(error?["code"] as? String ?? "-")"
    }

    @Test("makes a draft with every default, hides header values and reads fields from a sample")
    func make() async throws {
        try await TestServer.with { server in
            let made = try await make(server)
            let json = made.json
            #expect(made.status == 201 && json["state"] as? String == "draft")
            let id = try #require(json["id"] as? String)
            #expect(
                json["execution_results_url"] as? String
                    == "/data_connectors/\(id)/execution_results")
            #expect(json["headers"] as? [[String: String]] == [["name": "X-Key", "value": "****"]])
            #expect(!made.body.contains("planted-secret"))
            #expect(json["configuration_response_type"] as? String == "mock_response_type")
            #expect(json["customer_authentication"] as? Bool == false)
            let input = try #require((json["data_inputs"] as? [[String: Any]])?.first)
            #expect(input["type"] as? String == "string" && input["required"] as? Bool == false)
            let fields = try #require(json["response_fields"] as? [[String: Any]])
            let found = fields.map { "\($0["path"] ?? "") \($0["type"] ?? "")" }
            #expect(
                found == [
                    "order.at datetime", "order.id integer", "order.items[0].name string",
                    "order.note unknown", "order.open boolean", "order.price decimal",
                ])
            let minimal = try await make(server, #"{"name":"x"}"#)
            #expect(minimal.json["http_method"] as? String == "get")
        }
    }

    @Test("refuses what a body gets wrong, each with its documented code")
    func wrongBodies() async throws {
        try await TestServer.with { server in
            for (body, code, message) in [
                ("{}", "422 parameter_not_found", "Name is required"),
                (#"{"name":""}"#, "422 parameter_not_found", "Name is required"),
                (
                    #"{"name":"n","audiences":["robots"]}"#, "422 parameter_invalid",
                    "Invalid audiences. Must be a subset of: leads, users, visitors"
                ),
                (
                    #"{"name":"n","http_method":"head"}"#, "422 parameter_invalid",
                    "Http Method isn't an option"
                ),
                (#"{"name":7}"#, "422 parameter_invalid", "name has the wrong type"),
                ("[]", "422 parameter_invalid", "Request body has the wrong type"),
                ("{", "400 parameter_invalid", "Request body is not valid JSON"),
            ] {
                let response = try await make(server, body)
                #expect(self.code(response) == code, "\(body)")
                #expect(response.errorMessage == message, "\(body)")
            }
            let id = try await make(server).json["id"] as? String ?? ""
            let wrong = try await server.send(
                "PATCH", "/data_connectors/\(id)", body: #"{"state":"gone"}"#)
            #expect(wrong.errorMessage == "Invalid state. Must be one of: draft, live")
            #expect(
                code(
                    try await server.send(
                        "POST", "/data_connectors", body: orders, isAuthorized: false))
                    == "401 unauthorized")
        }
    }

    private let orders = ConnectorTests.orders

    @Test("keeps an edit in the draft until it is published, unless edits are live at once")
    func versions() async throws {
        for editsLive in [false, true] {
            try await TestServer.with {
                var connectors = $0.settings.connectors ?? .init(url: "http://127.0.0.1:9/")
                connectors.editsLive = editsLive
                $0.settings.connectors = connectors
            } _: { server in
                let id = try await make(server).json["id"] as? String ?? ""
                func name(_ version: String) async throws -> String? {
                    let path = "/data_connectors/\(id)\(version)"
                    return try await server.send("GET", path).json["name"] as? String
                }
                func change(_ body: String) async throws -> TestResponse {
                    try await server.send("PATCH", "/data_connectors/\(id)", body: body)
                }
                #expect(try await name("") == "Orders")
                #expect(try await change(#"{"state":"live"}"#).json["state"] as? String == "live")
                let edited = try await change(#"{"name":"New","audiences":[]}"#).json
                #expect(edited["name"] as? String == "New" && edited["body"] as? String == "")
                #expect(edited["audiences"] as? [String] == [])
                #expect(try await name("?state_version=draft") == "New")
                #expect(try await name("?state_version=live") == (editsLive ? "New" : "Orders"))
                #expect(try await change(#"{"state":"live"}"#).status == 200)
                #expect(try await name("") == "New")
                let wrong = try await server.send("GET", "/data_connectors/\(id)?state_version=x")
                #expect(wrong.errorMessage == "Invalid state_version. Must be one of: live, draft")
            }
        }
    }

    @Test("deletes a draft alone, and neither takes off nor deletes what Fin uses")
    func delete() async throws {
        try await TestServer.with {
            $0.settings.connectors = .init(url: "http://127.0.0.1:9/")
        } _: { server in
            let id = try await make(server).json["id"] as? String ?? ""
            let path = "/data_connectors/\(id)"
            _ = try await server.send("PATCH", path, body: #"{"state":"live"}"#)
            #expect(code(try await server.send("DELETE", path)) == "409 conflict")
            _ = try await server.send("PATCH", path, body: #"{"state":"draft"}"#)
            let gone = try await server.send("DELETE", path)
            #expect(gone.body == #"{"id":"\#(id)","object":"data_connector","deleted":true}"#)
            for method in ["GET", "PATCH", "DELETE"] {
                let missing = try await server.send(method, path)
                #expect(code(missing) == "404 data_connector_not_found")
            }
            let list = try await server.send("GET", "/data_connectors").json["data"]
            let used = try #require((list as? [[String: Any]])?.last?["id"] as? String)
            let usedPath = "/data_connectors/\(used)"
            #expect(
                code(try await server.send("DELETE", usedPath)) == "409 data_connector_in_use")
            let off = try await server.send("PATCH", usedPath, body: #"{"state":"draft"}"#)
            #expect(
                off.errorMessage
                    == "Data connector is in use by other resources and cannot be set to draft")
        }
    }

    @Test("pages through all connectors by the cursor, and says what a wrong query is")
    func pages() async throws {
        try await TestServer.with { server in
            for number in 0..<5 { _ = try await make(server, #"{"name":"n\#(number)"}"#) }
            var names: [String] = []
            var path: String? = "/data_connectors?per_page=2"
            var sizes: [Int] = []
            while let next = path {
                let json = try await server.send("GET", next).json
                let data = try #require(json["data"] as? [[String: Any]])
                sizes.append(data.count)
                names += data.compactMap { $0["name"] as? String }
                let pages = try #require(json["pages"] as? [String: Any])
                #expect(pages["per_page"] as? Int == 2)
                let cursor = (pages["next"] as? [String: String])?["starting_after"]
                path = cursor.map { "/data_connectors?per_page=2&starting_after=\($0)" }
            }
            #expect(names == ["n4", "n3", "n2", "n1", "n0"] && sizes == [2, 2, 1])
            for (query, code, message) in [
                ("starting_after=abc", "400 client_error", "Invalid starting_after param."),
                ("per_page=0", "400 parameter_invalid", "per_page must be an integer from 1 to 50"),
                ("per_page=51", "400 parameter_invalid", "per_page must be"),
            ] {
                let response = try await server.send("GET", "/data_connectors?\(query)")
                #expect(self.code(response) == code && response.errorMessage.hasPrefix(message))
            }
            let post = try await server.send("PUT", "/data_connectors/1", body: "{}")
            #expect(post.status == 405 && post.headers["allow"] == "GET, PATCH, DELETE")
            #expect(try await server.send("GET", "/data_connectors/1/other").status == 404)
        }
    }

    @Test("names each request in a header, and in the envelope of its refusal by the same id")
    func requestIDs() async throws {
        for isNamed in [true, false] {
            try await TestServer.with {
                $0.settings.namesRequests = isNamed
            } _: { server in
                let first = try await server.start("c-1")
                let second = try await server.send("GET", "/data_connectors")
                let refused = try await server.send("POST", "/fin/start", body: "{}")
                let ids = [first, second, refused].map { $0.headers["x-request-id"] }
                #expect(ids.compactMap(\.self).count == (isNamed ? 3 : 0))
                #expect(!isNamed || Set(ids).count == 3)
                #expect(!isNamed || refused.json["request_id"] as? String == ids[2])
            }
        }
    }
}
