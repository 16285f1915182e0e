/// The shapes of AI content, as the API reads and writes them.
extension AIContent {
    struct Source: Encodable {
        let type = "content_import_source"
        var id: Int
        var url: String
        var syncBehavior: String
        var status: String
        var audiences: [Int]
        var lastSyncedAt: UInt64
        var createdAt: UInt64
        var updatedAt: UInt64

        enum CodingKeys: String, CodingKey {
            case type, id, url, status
            case syncBehavior = "sync_behavior"
            case audiences = "audience_ids"
            case lastSyncedAt = "last_synced_at"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }

        var isFedByAPI: Bool { syncBehavior == "api" }
    }

    struct Page: Encodable {
        let type = "external_page"
        var id: String
        var title = ""
        var html = ""
        /// Left out where there is none.
        var url: String?
        var agentAvailability = false
        var copilotAvailability = false
        var salesAgentAvailability = false
        let locale = "en"
        var sourceID: Int
        var externalID: String
        var createdAt: UInt64
        var updatedAt: UInt64
        var lastIngestedAt: UInt64

        enum CodingKeys: String, CodingKey {
            case type, id, title, html, url, locale
            case agentAvailability = "ai_agent_availability"
            case copilotAvailability = "ai_copilot_availability"
            case salesAgentAvailability = "ai_sales_agent_availability"
            case sourceID = "source_id"
            case externalID = "external_id"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case lastIngestedAt = "last_ingested_at"
        }

        var byteCount: Int {
            [title, html, url ?? "", externalID].reduce(0) { $0 + $1.utf8.count }
        }

        /// Takes what a call brings; what it leaves out stays.
        mutating func take(_ content: PageContent, _ request: PageRequest, now: UInt64) {
            (title, html) = (content.title, content.html)
            url = request.url ?? url
            agentAvailability = request.agentAvailability ?? agentAvailability
            copilotAvailability = request.copilotAvailability ?? copilotAvailability
            salesAgentAvailability = request.salesAgentAvailability ?? salesAgentAvailability
            (updatedAt, lastIngestedAt) = (now, now)
        }
    }

    struct SourceRequest: Decodable {
        var syncBehavior: String?
        var url: String?
        var status: String?
        /// nil where it is left out; empty for null.
        var audiences: [Int]?

        enum CodingKeys: String, CodingKey {
            case url, status
            case syncBehavior = "sync_behavior"
            case audiences = "audience_ids"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            syncBehavior = try members.decodeIfPresent(String.self, forKey: .syncBehavior)
            url = try members.decodeIfPresent(String.self, forKey: .url)
            status = try members.decodeIfPresent(String.self, forKey: .status)
            guard members.contains(.audiences) else { return }
            if try members.decodeNil(forKey: .audiences) {
                audiences = []
            } else if let one = try? members.decode(Int.self, forKey: .audiences) {
                audiences = [one]
            } else {
                audiences = try members.decode([Int].self, forKey: .audiences)
            }
        }
    }

    struct PageRequest: Decodable {
        var title: String?
        var html: String?
        var url: String?
        var agentAvailability: Bool?
        var copilotAvailability: Bool?
        var salesAgentAvailability: Bool?
        var locale: String?
        var sourceID: Int?
        var externalID: String?

        enum CodingKeys: String, CodingKey {
            case title, html, url, locale
            case agentAvailability = "ai_agent_availability"
            case copilotAvailability = "ai_copilot_availability"
            case salesAgentAvailability = "ai_sales_agent_availability"
            case sourceID = "source_id"
            case externalID = "external_id"
        }
    }

    /// What creation and change of a page must both have.
    struct PageContent {
        let title: String
        let html: String
        let sourceID: Int

        init(_ request: PageRequest) throws(APIError) {
            title = try AIContent.filled(request.title, "title")
            html = try AIContent.present(request.html, "html")
            sourceID = try AIContent.present(request.sourceID, "source_id")
            guard try AIContent.present(request.locale, "locale") == "en" else {
                throw .invalid("locale must be en")
            }
        }
    }
}

extension AIContent {
    /// A member that must be there.
    static func present<Value>(_ value: Value?, _ key: String) throws(APIError) -> Value {
        guard let value else { throw .invalid("\(key) is required") }
        return value
    }

    /// A text that must be there and say something.
    static func filled(_ text: String?, _ key: String) throws(APIError) -> String {
        let text = try AIContent.present(text, key)
        if text.isEmpty { throw .invalid("\(key) is required") }
        return text
    }
}
