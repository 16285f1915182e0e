internal import CFinShims
internal import FinMeasure

// How long a connection may take is counted here and not by libcurl: its timer stays armed for the
// life of a stream, in a tree that it walks through at every event of the shard.

extension TransferLoop {
    /// When the next connection must stand.
    var nextConnectDeadline: Instant {
        while let entry = connecting.first {
            if unsafe transfers[entry.element].connectDeadline == entry.at { return entry.at }
            _ = connecting.popFirst()  // It stands, or its transfer is over.
        }
        return .never
    }

    /// Ends the transfers whose connection does not stand in time.
    func endUnconnected(_ now: Instant) {
        while nextConnectDeadline <= now, let entry = connecting.popFirst() {
            setErrorText("not connected after \(settings.connectTimeout.milliseconds) ms")
            end(entry.element, .connectTimeout)
        }
    }

    /// Has libcurl dial where no connection of the shard is free: it would look at all of them in vain.
    func dialAtOnce(_ easy: UnsafeMutableRawPointer?, _ shard: Int) {
        let mayShare = settings.streamsPerConnection != nil || sockets.hasIdle(shard: shard)
        unsafe _ = fin_set_long(easy, CURLOPT_FRESH_CONNECT, mayShare ? 0 : 1)
    }

    private func setErrorText(_ text: String) {
        let bytes = text.utf8.prefix(Int(CURL_ERROR_SIZE) - 1)
        for (place, byte) in bytes.enumerated() {
            unsafe errorText[place] = CChar(bitPattern: byte)
        }
        unsafe errorText[bytes.count] = 0
    }
}
