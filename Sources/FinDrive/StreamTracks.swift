internal import FinMeasure
internal import FinWire

/// What is remembered of one streamed part, to see gaps, repeats and latecomers.
struct StreamTrack: Sendable {
    var stream: TextDigest
    var lastIndex: Int32
    var lastChunk: Instant
    var lastCreated: Int64?
    /// Whether the last chunk may stand at the end of a gap: it arrived alone and was not replayed.
    var isLastTimed: Bool
    var isReplied = false
}

/// The streamed parts of one turn: the newest four, parts may interleave.
struct StreamTracks: Sendable {
    private static let limit = 4
    private var tracks: [StreamTrack] = []

    /// Forgets all; keeps the memory.
    mutating func removeAll() { tracks.removeAll(keepingCapacity: true) }

    /// The place of a part; nil when it is new.
    func index(of stream: TextDigest) -> Int? { tracks.firstIndex { $0.stream == stream } }

    subscript(index: Int) -> StreamTrack {
        get { tracks[index] }
        set { tracks[index] = newValue }
    }

    /// Remembers a new part; the oldest one makes room.
    mutating func append(_ track: StreamTrack) {
        if tracks.count == StreamTracks.limit { tracks.removeFirst() }
        tracks.append(track)
    }
}

/// The ids of replies seen in one turn: the newest eight.
struct SeenReplies: Sendable {
    private static let limit = 8
    private var ids: [TextDigest] = []

    /// Forgets all; keeps the memory.
    mutating func removeAll() { ids.removeAll(keepingCapacity: true) }

    /// Remembers an id.
    ///
    /// - Returns: whether it was new.
    mutating func insert(_ id: TextDigest) -> Bool {
        if ids.contains(id) { return false }
        if ids.count == SeenReplies.limit { ids.removeFirst() }
        ids.append(id)
        return true
    }
}
