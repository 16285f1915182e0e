internal import CFinShims

/// One header line of a row's own in front of a list that all rows share.
///
/// The line is overwritten in place while its length stays: a signature in hexadecimal always has
/// the same one.
@safe
struct RowHeader {
    // Owned: a list of one node, whose `next` is borrowed from the loop.
    private var node: UnsafeMutablePointer<curl_slist>?
    private var byteCount = 0

    /// Writes the line and links it in front of `shared`.
    ///
    /// - Returns: the whole list; valid until the next call, and while `shared` is.
    mutating func list(
        _ line: [UInt8], before shared: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutablePointer<curl_slist>? {
        precondition(
            line.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a header line holds a control character")
        if byteCount != line.count { renew(line) }
        guard let node = unsafe node, let text = unsafe node.pointee.data else {
            preconditionFailure("libcurl has no memory for a header line")
        }
        // Safe: libcurl's copy has room for `byteCount` bytes and the zero behind them.
        for index in line.indices { unsafe text[index] = CChar(bitPattern: line[index]) }
        unsafe node.pointee.next = unsafe shared
        return unsafe node
    }

    private mutating func renew(_ line: [UInt8]) {
        release()
        unsafe node = unsafe HeaderLists.append(String(decoding: line, as: UTF8.self), to: nil)
        byteCount = line.count
    }

    /// Gives the node back; the shared list stays, and nothing of this may be used any more.
    func release() {
        guard let own = unsafe node else { return }
        unsafe own.pointee.next = nil
        unsafe curl_slist_free_all(own)
    }
}
