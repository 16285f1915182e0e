internal import CFinShims
internal import FinMeasure

// What libcurl says of a transfer that is over.

extension TransferLoop {
    private func isHTTP2(_ row: Int) -> Bool {
        guard settings.streamsPerConnection != nil else { return false }
        var version = 0
        unsafe _ = fin_get_long(transfers[row].easy, CURLINFO_HTTP_VERSION, &version)
        return version == Int(CURL_HTTP_VERSION_2_0)
    }

    /// How a transfer ended, and the parts of the time to its connection where it dialled one.
    func finished(
        _ row: Int, _ end: TransferEnd, _ onReused: Bool
    ) -> TransferResult {
        let easy = unsafe transfers[row].easy
        var connects = 0
        unsafe _ = fin_get_long(easy, CURLINFO_NUM_CONNECTS, &connects)
        // What never had a connection went over none that stood.
        let hasBegun = unsafe transfers[row].connectDeadline == .never
        let isReused = onReused || (connects == 0 && hasBegun)
        let stamp = unsafe endStamp(transfers[row].lastArrival, end)
        var result = TransferResult(end: end, stamp: stamp, isReused: isReused)
        result.isHTTP2 = isHTTP2(row)
        guard !isReused else { return result }
        var dns = 0
        var tcp = 0
        var tls = 0
        unsafe _ = fin_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T, &dns)
        unsafe _ = fin_get_offset(easy, CURLINFO_CONNECT_TIME_T, &tcp)
        unsafe _ = fin_get_offset(easy, CURLINFO_APPCONNECT_TIME_T, &tls)
        if tcp > 0 {
            result.dns = .microseconds(Int64(dns))
            result.tcp = .microseconds(Int64(tcp - dns))
        }
        if tls > 0 { result.tls = .microseconds(Int64(tls - tcp)) }
        return result
    }
}
