internal import FinLoop
internal import FinProfile

/// `DELETE /ai/external_pages/{id}`: the page made before, which the answer shows once more.
struct ContentPageDelete: KeptCall {
    static let name = "page_delete"
    static let key = CallMemory.Key.contentPage
    static let method = CallMethod.delete

    let folder = ContentPath.pages

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    /// Gone is gone: its external id may make a page of another id.
    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard answer.decoded(as: IdentifiedAnswer.self)?.id == memory[Self.key] else {
            return false
        }
        if let name = memory[.contentPageName] {
            memory[CallMemory.Key(stringLiteral: name)] = nil
        }
        return true
    }
}
