internal import FinLoop
internal import FinProfile

/// `GET /custom_object_instances/{type}`: one page of the instances.
struct ObjectList: APIOperation {
    static let name = "object_list"

    private let type: String
    private let page: Int
    private let pageSize: Int

    init(_ settings: inout CallSettings) throws(ProfileError) {
        type = try settings.objectType()
        page = try settings.count("page", 1...1_000_000, standard: 1)
        pageSize = try settings.count("per_page", 1...150, standard: 20)
    }

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(
            method: .get,
            path: "/custom_object_instances/\(type)?page=\(page)&per_page=\(pageSize)")
    }

    private struct Page: Decodable { var data: [CustomObject] }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        (answer.decoded(as: Page.self)?.data.count).map { $0 <= pageSize } ?? false
    }
}
