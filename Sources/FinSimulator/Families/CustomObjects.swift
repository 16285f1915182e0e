/// Custom object instances: upsert by `external_id`, list, get, delete.
///
/// Every type exists, unless its name begins with `unknown`: as with attributes, a rule of our own.
/// Instances are kept within a bound of their number and of their bytes; the one with the smallest
/// id makes room.
final class CustomObjects: APIFamily {
    /// What one instance may have, in bytes.
    static let instanceLimit = 64 << 10

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
            // Documented as a text and nothing else.
            try container.encodeIfPresent(externalID, forKey: .externalID)
            try container.encode(customAttributes, forKey: .customAttributes)
            // Null, not left out, as documented.
            try container.encode(externalCreatedAt, forKey: .externalCreatedAt)
            try container.encode(externalUpdatedAt, forKey: .externalUpdatedAt)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(updatedAt, forKey: .updatedAt)
        }

        /// What keeping it costs: its texts, and about what surrounds them.
        var byteCount: Int {
            let texts = customAttributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
            return 256 + 64 * customAttributes.count + texts + 2 * type.utf8.count
                + 2 * (externalID?.utf8.count ?? 0)
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

    private struct Deleted: Encodable {
        var object: String
        var id: String
        let deleted = true
    }

    private struct ExternalKey: Hashable {
        var type: String
        var externalID: String
    }

    // Invariant: `typeIDs` holds the ids of `instances` by type, each list ascends, and each of
    // `external` names one of them.
    private var instances = NumberedTable<Instance>()
    private var typeIDs: [String: [Int]] = [:]
    private var external: [ExternalKey: Int] = [:]
    // Invariant: the sum over `instances`.
    private(set) var byteCount = 0
    private let limit: Int
    private let byteLimit: Int

    convenience init() { self.init(limit: 100_000, byteLimit: 256 << 20) }

    /// - Parameters:
    ///   - limit: instances kept, at the most.
    ///   - byteLimit: their bytes together, at the most.
    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

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
        let known = key.flatMap { external[$0] }
        var instance =
            known.flatMap { instances[$0] }
            ?? Instance(
                id: "", type: type, externalID: key?.externalID,
                customAttributes: [:], createdAt: call.now, updatedAt: call.now)
        let attributes = (request.customAttributes ?? [:]).mapValues(\.text)
        instance.customAttributes.merge(attributes) { $1 }
        instance.updatedAt = call.now
        if let at = request.externalCreatedAt { instance.externalCreatedAt = at }
        if let at = request.externalUpdatedAt { instance.externalUpdatedAt = at }
        if instance.byteCount > CustomObjects.instanceLimit {
            throw .invalid(
                "A custom object instance may have \(CustomObjects.instanceLimit) bytes")
        }
        let id = known.map { change($0, to: instance) } ?? add(instance, key)
        makeRoom(for: id)
        return try .json(instances[id])
    }

    private func change(_ id: Int, to instance: Instance) -> Int {
        byteCount += instance.byteCount - (instances[id]?.byteCount ?? 0)
        instances[id] = instance
        return id
    }

    private func add(_ instance: Instance, _ key: ExternalKey?) -> Int {
        let id = instances.add { id in
            var new = instance
            new.id = String(id)
            return new
        }
        byteCount += instance.byteCount
        typeIDs[instance.type, default: []].append(id)
        if let key { external[key] = id }
        return id
    }

    /// Forgets others until all are within their bounds.
    private func makeRoom(for id: Int) {
        while instances.count > limit || byteCount > byteLimit,
            let eldest = instances.ids.first(where: { $0 != id })
        {
            forget(eldest)
        }
    }

    /// Newest first; filters by reference look for the id among the attributes.
    private func list(_ type: String, _ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let page = try call.page(most: 150)
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
        let data = found.dropLast(page.skipped).suffix(page.size).reversed()
        return try .json(
            NumberedPage(
                call, page, count: found.count, data: data.compactMap { instances[$0] }))
    }

    /// By id, or else by external id.
    private func find(_ text: String, _ type: String) throws(APIError) -> Int {
        if let id = instances.id(text), instances[id]?.type == type { return id }
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
        guard let instance = instances.remove(id) else { return }
        byteCount -= instance.byteCount
        typeIDs[instance.type]?.remove(ascending: id)
        // Types are named by callers: one without instances must leave nothing behind.
        if typeIDs[instance.type]?.isEmpty == true { typeIDs[instance.type] = nil }
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
