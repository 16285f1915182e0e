internal import CFinShims
internal import FinMeasure

// How long a connection may take is counted here: libcurl's own timer stays armed long after the
// connection stands, in a tree that it walks through at every event of the shard.

extension TransferLoop {
    /// When the next connection must stand; forgets those before it that do.
    func nextConnectDeadline() -> Instant {
        while let entry = connecting.first {
            if unsafe transfers[entry.element].connectDeadline == entry.at { return entry.at }
            _ = connecting.popFirst()  // It stands, or its transfer is over.
        }
        return .never
    }

    /// Ends the transfers whose connection does not stand in time.
    func endUnconnected(_ now: Instant) {
        while nextConnectDeadline() <= now, let entry = connecting.popFirst() {
            unsafe errorText[0] = 0
            end(entry.element, .connectTimeout)
        }
    }

    /// Has libcurl dial without a look where no connection of the shard is free.
    ///
    /// It would look at all of them in vain. Requests that may share one always look.
    func setFresh(_ easy: UnsafeMutableRawPointer?, _ shard: Int) {
        let looks = settings.streamsPerConnection != nil || sockets.hasFree(shard: shard)
        unsafe _ = fin_set_long(easy, CURLOPT_FRESH_CONNECT, looks ? 0 : 1)
    }
}
