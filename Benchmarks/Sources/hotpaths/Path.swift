/// One thing to be timed, and what it is held against.
struct Path {
    /// Names a path for those that refer to it; unique.
    typealias ID = String

    /// Whose code runs.
    enum Role: String {
        /// The least that could be done.
        case floor
        case finbench
        case peer
    }

    /// One input; rounds take turns among a path's inputs.
    struct Work {
        /// How many events, checks or bytes a pass takes.
        let items: Int
        /// How many bytes a pass takes.
        let byteCount: Int
        /// Makes one pass; false if it found something else than the input holds.
        let run: () -> Bool
    }

    /// What the floor of one item is.
    struct Floor {
        let path: ID
        /// How many of the floor's items one item takes at least.
        var count = 1.0
    }

    let id: ID
    let name: String
    let input: String
    let role: Role
    /// What is counted: event, check, byte.
    let item: String
    var floor: Floor?
    /// The path of finbench's that a peer is held against.
    var rival: ID?
    var goals: [Goal] = []
    let works: [Work]
}

/// What a path must reach.
enum Goal {
    case fraction(atLeast: Double)
    case nanoseconds(atMost: Double)
    case millionsPerSecond(atLeast: Double)
    /// Times as fast as a peer.
    case times(atLeast: Double, Path.ID)

    /// The goal in words.
    func text(_ name: (Path.ID) -> String) -> String {
        switch self {
        case .fraction(let least): "of floor >= \(decimals(least, 2))"
        case .nanoseconds(let most): "<= \(decimals(most, 0)) ns"
        case .millionsPerSecond(let least): ">= \(decimals(least, 1)) M/s"
        case .times(let least, let peer): ">= \(decimals(least, 1)) x \(name(peer))"
        }
    }
}
