extension JSONReader {
    /// Walks over the object that comes next; the visitor takes or skips each member's value.
    ///
    /// For documents that come rarely: a call of a closure for every member.
    mutating func members(
        _ visit: (inout JSONReader, Text) throws(WireError) -> Void
    ) throws(WireError) {
        var hasMember = try beginObject()
        while hasMember {
            let key = try key()
            try visit(&self, key)
            hasMember = try continueObject()
        }
    }

    /// The same for the elements of an array.
    mutating func elements(
        _ visit: (inout JSONReader) throws(WireError) -> Void
    ) throws(WireError) {
        var hasElement = try beginArray()
        while hasElement {
            try visit(&self)
            hasElement = try continueArray()
        }
    }
}
