internal import FinMeasure
internal import FinProfile

/// The turns of one kind of fault, held against what that fault must look like.
public struct FaultTally: Sendable, Equatable {
    /// The fault as the truth log names it; empty for turns without one.
    public let fault: String
    /// What its turns must look like, in words.
    public let expected: String
    /// Turns on both sides that had it.
    public private(set) var turns = 0
    /// Those that look as they must.
    public private(set) var agree = 0
    /// Those that we cut ourselves (end of the drain, Ctrl-C): they say nothing.
    public private(set) var cut = 0
    /// Those that look otherwise, as `id turn: outcome detail`.
    public private(set) var differing: [String] = []
    /// The errors of arrival of their first chunk, first reply and done signal, nanoseconds.
    public private(set) var arrival = ErrorStatistics([])

    private var errors: [Int64] = []
    private let expectation: FaultExpectation?

    init(fault: String) {
        self.fault = fault
        expectation = FaultExpectation(named: fault)
        expected = expectation?.words ?? "a fault that this finbench does not know"
    }

    mutating func add(_ turn: TurnRow, _ truth: TruthRow, errors: [Int64]) {
        turns += 1
        self.errors += errors
        if turn.outcome == .cut {
            cut += 1
        } else if expectation?.agrees(turn, truth) == true {
            agree += 1
        } else {
            let found = turn.detail.isEmpty ? "" : " \(turn.detail)"
            differing.append(
                "\(turn.conversationID) \(turn.turn): \(turn.outcome.rawValue)\(found)")
        }
    }

    /// Sums the errors up.
    mutating func settle() {
        arrival = ErrorStatistics(errors)
        errors = []
    }

    /// Its place in the table: no fault first, then the catalogue's order, strangers last.
    var order: Int {
        if fault.isEmpty { return -1 }
        let kinds = SimulatorSettings.Fault.allCases
        return kinds.firstIndex { $0.rawValue == fault } ?? kinds.count
    }

    /// Compares what is public.
    public static func == (left: FaultTally, right: FaultTally) -> Bool {
        left.fault == right.fault && left.turns == right.turns && left.agree == right.agree
            && left.cut == right.cut && left.differing == right.differing
            && left.arrival == right.arrival
    }
}
