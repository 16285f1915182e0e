internal import FinLoop
internal import FinProfile

/// `PUT /ai/content_import_sources/{id}`: sets the status of the source made before.
struct ContentSourceUpdate: KeptCall {
    static let name = "source_update"
    static let key = CallMemory.Key.contentSource
    static let method = CallMethod.put

    let folder = ContentPath.sources
    private let status: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        status = try settings.word("status", ["active", "deactivated"], standard: "active")
    }

    func body(_ context: CallContext) -> [UInt8] {
        var body = context.contentSource
        body.add("status", text: status)
        return body.closed
    }

    private struct Changed: Decodable { let status: String }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: IdentifiedAnswer.self)?.id == memory[Self.key]
            && answer.decoded(as: Changed.self)?.status == status
    }
}
