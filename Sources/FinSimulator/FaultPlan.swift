internal import FinMeasure
internal import FinProfile

/// Which turns have which fault.
///
/// Pure: a turn's fault depends on the seed, the conversation's number, the turn and, where a rule
/// has a window, the instant of its request; never on what else comes, or in which order.
struct FaultPlan: Sendable {
    private typealias Rule = SimulatorSettings.FaultRule

    private struct Choice: Sendable {
        let turn: Int?
        let rule: Rule
    }

    private let seed: UInt64
    private var chosen: [UInt64: [Choice]] = [:]
    /// Shares, laid one behind the other over [0, 1) in this order.
    ///
    /// Those without a window come first: what others add for a while must not move them.
    private var shares: [Rule] = []

    init(_ settings: SimulatorSettings) {
        seed = settings.seed
        // Without a stream there is nothing to spoil but the call.
        let rules = settings.faults.filter { !settings.omitsStreamURL || $0.fault.refusesCall }
        for rule in rules {
            guard case .chosen(let numbers, let turn) = rule.scope else { continue }
            for number in numbers {
                chosen[number, default: []].append(Choice(turn: turn, rule: rule))
            }
        }
        // In the order of the catalogue, so that a profile may list them in any.
        let sorted = SimulatorSettings.Fault.allCases.flatMap { fault in
            rules.filter { $0.fault == fault && !$0.isChosen }
        }
        shares = sorted.filter { !$0.hasWindow } + sorted.filter(\.hasWindow)
    }

    /// The fault of a turn; nil for most.
    ///
    /// - Parameters:
    ///   - number: the conversation's.
    ///   - turn: from 1.
    ///   - since: from the first request of all to this turn's.
    func rule(number: UInt64, turn: Int, since: Nanoseconds) -> SimulatorSettings.FaultRule? {
        if let choice = chosen[number]?.first(where: { $0.turn == nil || $0.turn == turn }) {
            return choice.rule
        }
        if shares.isEmpty { return nil }
        var generator = SeededGenerator(
            seed: seed, stream: .serverFault, index: number, subindex: UInt64(turn))
        let draw = generator.unit()
        var sum = 0.0
        for rule in shares {
            sum += rule.share(at: Double(since.count)) ?? 0
            if draw < sum { return rule }
        }
        return nil
    }
}

extension SimulatorSettings.FaultRule {
    fileprivate var isChosen: Bool {
        if case .chosen = scope { true } else { false }
    }

    fileprivate var hasWindow: Bool {
        if case .share(_, .some) = scope { true } else { false }
    }
}
