#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Where a page ended: base64 of `[<Unix seconds>.0,<id>]`, opaque to a client.
///
/// A position and not an offset: what comes in front of it, later, moves nothing behind it.
struct PageCursor: Equatable, Comparable {
    let seconds: UInt64
    let id: Int

    init(seconds: UInt64, id: Int) {
        self.seconds = seconds
        self.id = id
    }

    /// Reads what `text` wrote; nil for anything else.
    init?(_ text: String) {
        guard let data = Data(base64Encoded: text),
            let pair = try? JSONDecoder().decode([Double].self, from: data), pair.count == 2,
            let seconds = UInt64(exactly: pair[0]), let id = Int(exactly: pair[1])
        else { return nil }
        self.init(seconds: seconds, id: id)
    }

    var text: String { Data("[\(seconds).0,\(id)]".utf8).base64EncodedString() }

    /// Older first; within a second by id.
    static func < (left: PageCursor, right: PageCursor) -> Bool {
        (left.seconds, left.id) < (right.seconds, right.id)
    }
}

/// Some neighbours of a sorted list.
struct PageSlice<Item> {
    let items: [Item]
    let size: Int
    /// Where the next page begins; nil at the end.
    let next: PageCursor?

    /// The first `size` of the items that lie behind the cursor.
    ///
    /// - Parameter items: newest first.
    init(
        _ items: some Sequence<Item>, size: Int, after cursor: PageCursor?,
        place: (Item) -> PageCursor
    ) {
        var found: [Item] = []
        var next: PageCursor?
        for item in items {
            if let cursor, place(item) >= cursor { continue }
            if found.count == size {
                next = found.last.map(place)
                break
            }
            found.append(item)
        }
        self.items = found
        self.size = size
        self.next = next
    }

    private init(items: [Item], size: Int, next: PageCursor?) {
        (self.items, self.size, self.next) = (items, size, next)
    }

    func map<Other>(_ change: (Item) -> Other) -> PageSlice<Other> {
        PageSlice<Other>(items: items.map(change), size: size, next: next)
    }
}
