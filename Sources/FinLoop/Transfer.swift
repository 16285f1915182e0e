internal import CFinShims
internal import FinMeasure

/// One row's libcurl handle and what its current transfer knows; libcurl reaches it by address.
///
/// The handle is made on first use, then reused for POST and GET for the rest of the run.
@safe
struct Transfer: ~Copyable {
    var easy: UnsafeMutableRawPointer?
    // The loop that owns the table; unretained, it outlives the row.
    var loop: UnsafeMutableRawPointer?
    let row: Int32
    var kind = TransferKind.post
    var shard: Int32 = -1
    var isActive = false
    /// Set to end the transfer as soon as libcurl can be called again.
    var isHungUp = false
    var hasHeaders = false
    var status: Int32 = 0
    /// When its last bytes came, as far as the kernel said; nil: it did not.
    var lastArrival: Instant?
    /// When its connection must stand; `never` once its request is being written.
    var connectDeadline = Instant.never
    /// Whether the handle is set to a method that neither a POST nor a GET is.
    var hasOwnMethod = false
    /// Whether the request may change something, so that it is sent once at the most.
    var isSentOnce = false
    /// Bytes that libcurl had sent before the request itself (a proxy's CONNECT); -1: not begun.
    var sentBefore = -1
    /// Whether libcurl had dialled anew to send the request again, and was refused.
    var isResendRefused = false
    /// Header list made for one transfer (`Last-Event-ID`); freed when it ends.
    var ownHeaders: UnsafeMutablePointer<curl_slist>?
    /// A POST's own header line before the shared ones; kept for the row's next POST.
    var line = RowHeader()

    init(row: Int) { self.row = Int32(row) }

    /// Whether what ended was an attempt to send again what was begun before, and may not be.
    ///
    /// Refused where its connection stood, or not even connected.
    func isResend(endedBy end: TransferEnd) -> Bool {
        if isResendRefused { return true }
        guard isSentOnce && sentBefore >= 0 else { return false }
        return end == .connectFailed || end == .connectTimeout || end == .tlsFailed
    }

    deinit {
        if let easy = unsafe easy { unsafe curl_easy_cleanup(easy) }
        if let list = unsafe ownHeaders { unsafe curl_slist_free_all(list) }
        line.release()
    }
}
