internal import FinLoop
internal import FinProfile

extension DriveSettings {
    /// How every transfer of a run, or of a probe, is made.
    func transferSettings(_ plan: RunPlan, rowCount: Int) -> TransferSettings {
        let target = plan.profile.target
        var made = TransferSettings(rowCount: rowCount)
        made.keptPosts = keptPosts(rowCount: rowCount)
        // Each shard reads the authorities once, on the load thread: the fewer shards the better.
        if baseURL.hasPrefix("https:") { made.shardSize = 1000 }
        made.connectTimeout = plan.profile.conversation.timeouts.connect
        if let spin = plan.profile.generator.spin ?? spin { made.spin = spin }
        if plan.profile.transport.isHTTP2 {
            made.streamsPerConnection = plan.profile.transport.streamsPerConnection
        }
        made.caFile = target?.caFile
        made.proxy = target?.proxy
        made.resolved = resolved
        // A run resolves the target's own name; that of its streams, and a proxy's, libcurl looks up.
        made.dialsNames = isLive || target?.proxy != nil
        made.postHeaders =
            ["Content-Type: application/json", "Accept: application/json", "Expect:"]
            + ["Intercom-Version: \(plan.profile.version)", "User-Agent: finbench"] + headers
        if let authorization { made.postHeaders.append("Authorization: \(authorization)") }
        // The key goes to the target only: a stream's URL carries its own token.
        made.streamHeaders = [
            "Accept: text/event-stream", "Cache-Control: no-cache", "User-Agent: finbench",
        ]
        return made
    }

    /// Idle connections that are kept for POSTs, at the most.
    ///
    /// Enough for a burst of all rows where the files allow it: what is closed after one burst is
    /// dialled anew in the next, handshakes and all.
    private func keptPosts(rowCount: Int) -> Int {
        let usual = TransferSettings.usualKeptPosts
        let shards = TransferSettings.shardFiles(rowCount: rowCount)
        let spare = fileLimit - rowCount - shards - (DriveSettings.reservedFiles - usual)
        return max(usual, min(rowCount, spare, 1000))
    }
}
