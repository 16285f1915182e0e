internal import FinLoop
internal import FinProfile

/// `PUT /ai/external_pages/{id}`: changes the page made before; its external id stays.
struct ContentPageUpdate: KeptCall {
    static let name = "page_update"
    static let key = CallMemory.Key.contentPage
    static let method = CallMethod.put

    let folder = ContentPath.pages
    private let text: ContentText

    init(_ settings: inout CallSettings) throws(ProfileError) {
        text = try ContentText(&settings)
    }

    func body(_ context: CallContext) -> [UInt8] { text.members(context).closed }
}
