/// Custom object instances: upsert by `external_id`, list, get, delete.
///
/// Every type exists, unless its name begins with `unknown`: as with attributes, a rule of our own.
/// At most `limit` instances are kept; the one with the smallest id makes room.
final class CustomObjects: APIFamily {
    /// Instances kept, at the most.
    static let limit = 100_000

    private struct Instance: Encodable {
        var id: String
        var type: String
        var externalID: String?
        var customAttributes: [String: String]
        var externalCreatedAt: Int?
        var externalUpdatedAt: Int?
        var createdAt: UInt64
        var updatedAt: UInt64

        enum CodingKeys: String, CodingKey {
            case id, type
            case externalID = "external_id"
            case customAttributes = "custom_attributes"
            case externalCreatedAt = "external_created_at"
            case externalUpdatedAt = "external_updated_at"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(type, forKey: .type)
            try container.encode(externalID, forKey: .externalID)
            try container.encode(customAttributes, forKey: .customAttributes)
            // Null, not left out, as documented.
            try container.encode(externalCreatedAt, forKey: .externalCreatedAt)
            try container.encode(externalUpdatedAt, forKey: .externalUpdatedAt)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(updatedAt, forKey: .updatedAt)
        }
    }

    private struct Request: Decodable {
        var externalID: String?
        var externalCreatedAt: Int?
        var externalUpdatedAt: Int?
        var customAttributes: [String: AttributeText]?

        enum CodingKeys: String, CodingKey {
            case externalID = "external_id"
            case externalCreatedAt = "external_created_at"
            case externalUpdatedAt = "external_updated_at"
            case customAttributes = "custom_attributes"
        }
    }

    /// Values come as texts, numbers or flags, and are texts from then on.
    private struct AttributeText: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let flag = try? container.decode(Bool.self) {
                text = String(flag)
            } else if let whole = try? container.decode(Int.self) {
                text = String(whole)
            } else {
                text = String(try container.decode(Double.self))
            }
        }
    }

    private struct Page: Encodable {
        struct Pages: Encodable {
            let type = "pages"
            var page: Int
            var perPage: Int
            var totalPages: Int

            enum CodingKeys: String, CodingKey {
                case type, page
                case perPage = "per_page"
                case totalPages = "total_pages"
            }
        }

        let type = "list"
        var pages: Pages
        var totalCount: Int
        var data: [Instance]

        enum CodingKeys: String, CodingKey {
            case type, pages, data
            case totalCount = "total_count"
        }
    }

    private struct Deleted: Encodable {
        var object: String
        var id: String
        let deleted = true
    }

    private struct ExternalKey: Hashable {
        var type: String
        var externalID: String
    }

    // Invariant: `ids` holds the keys of `instances`, `typeIDs` the same by type; each list ascends,
    // and each of `external` names one of them.
    private var instances: [Int: Instance] = [:]
    private var ids: [Int] = []
    private var typeIDs: [String: [Int]] = [:]
    private var external: [ExternalKey: Int] = [:]
    private var lastID = 0

    init() {}

    static func methods(_ path: [String]) -> [String]? {
        guard path.first == "custom_object_instances" else { return nil }
        switch path.count {
        case 2: return ["GET", "POST", "DELETE"]
        case 3: return ["GET", "DELETE"]
        default: return nil
        }
    }

    func answer(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let type = call.path[1]
        if type.hasPrefix("unknown") { throw .missing("Custom object type `\(type)` not found") }
        if call.path.count == 3 {
            let id = try find(call.path[2], type)
            return call.method == "GET" ? try .json(instances[id]) : try delete(id)
        }
        switch call.method {
        case "POST": return try upsert(type, call)
        case "DELETE":
            guard let name = call.query["external_id"] else {
                throw .invalid("external_id is required")
            }
            return try delete(try find(external: name, type))
        default:
            guard let name = call.query["external_id"] else { return try list(type, call) }
            return try .json(instances[try find(external: name, type)])
        }
    }

    private func upsert(_ type: String, _ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: Request.self)
        let key = request.externalID.map { ExternalKey(type: type, externalID: $0) }
        let id = key.flatMap { external[$0] } ?? add(type, key, call.now)
        let attributes = (request.customAttributes ?? [:]).mapValues(\.text)
        instances[id]?.customAttributes.merge(attributes) { $1 }
        instances[id]?.updatedAt = call.now
        if let at = request.externalCreatedAt { instances[id]?.externalCreatedAt = at }
        if let at = request.externalUpdatedAt { instances[id]?.externalUpdatedAt = at }
        return try .json(instances[id])
    }

    private func add(_ type: String, _ key: ExternalKey?, _ now: UInt64) -> Int {
        if ids.count >= CustomObjects.limit, let oldest = ids.first { forget(oldest) }
        lastID += 1
        instances[lastID] = Instance(
            id: String(lastID), type: type, externalID: key?.externalID, customAttributes: [:],
            createdAt: now, updatedAt: now)
        ids.append(lastID)
        typeIDs[type, default: []].append(lastID)
        if let key { external[key] = lastID }
        return lastID
    }

    /// Newest first; filters by reference look for the id among the attributes.
    private func list(_ type: String, _ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let page = try call.count("page", 1...1_000_000, standard: 1)
        let perPage = try call.count("per_page", 1...150, standard: 20)
        let wanted = ["references_contact_id", "references_conversation_id"].compactMap {
            call.query[$0]
        }
        var found = typeIDs[type] ?? []
        if !wanted.isEmpty {
            found = found.filter { id in
                let values = instances[id]?.customAttributes.values
                return wanted.allSatisfy { values?.contains($0) == true }
            }
        }
        let data = found.dropLast((page - 1) * perPage).suffix(perPage).reversed()
        return try .json(
            Page(
                pages: .init(
                    page: page, perPage: perPage,
                    totalPages: (found.count + perPage - 1) / perPage),
                totalCount: found.count, data: data.compactMap { instances[$0] }))
    }

    /// By id, or else by external id.
    private func find(_ text: String, _ type: String) throws(APIError) -> Int {
        if let id = Int(text), instances[id]?.type == type { return id }
        if let id = external[ExternalKey(type: type, externalID: text)] { return id }
        throw .missing("Custom object instance not found")
    }

    private func find(external name: String, _ type: String) throws(APIError) -> Int {
        if let id = external[ExternalKey(type: type, externalID: name)] { return id }
        throw .missing("Object not found")
    }

    private func delete(_ id: Int) throws(APIError) -> FamilyAnswer {
        let type = instances[id]?.type ?? ""
        forget(id)
        return try .json(Deleted(object: type, id: String(id)))
    }

    private func forget(_ id: Int) {
        guard let instance = instances.removeValue(forKey: id) else { return }
        ids.remove(ascending: id)
        typeIDs[instance.type]?.remove(ascending: id)
        if let name = instance.externalID {
            external[ExternalKey(type: instance.type, externalID: name)] = nil
        }
    }
}

extension [Int] {
    /// Removes a number from a list that ascends and holds it.
    mutating func remove(ascending number: Int) {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        remove(at: low)
    }
}

extension APIError {
    /// 404 with the code that the other APIs share.
    static func missing(_ message: String) -> APIError {
        APIError(status: 404, code: "not_found", message: message)
    }
}
