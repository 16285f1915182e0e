extension RunDocument {
    /// One slice of a merged run: who ran it, by which clock, and whether its numbers are its
    /// target's.
    public struct Slice: Codable, Sendable, Equatable {
        /// The slice, from 0.
        public var index: Int
        /// The id under which it ran.
        public var runID: String
        /// The machine.
        public var host: Host
        /// Its zero on both clocks.
        public var clock: ClockAnchor
        /// What the machine says of its wall clock; nil where it does not say.
        public var clockState: ClockState?
        /// Wake-ups in which its wall clock had been moved.
        public var clockSteps: Int
        /// Its largest drift of the wall clock since its zero, microseconds.
        public var clockDriftMicroseconds: Double
        /// Events whose instant is the kernel's receive stamp, a share of all its events.
        public var kernelStampShare: Double
        /// Its generator's own lateness at p99, milliseconds.
        public var lateMilliseconds: Double
        /// What that may be at the most, milliseconds.
        public var allowedMilliseconds: Double
        /// Whether it is valid by itself.
        public var valid: Bool
        /// How it was lost before its end; nil where it was not.
        public var loss: String?
        /// True where it was killed and nobody counted what it had not done; nil elsewhere.
        public var killed: Bool?

        /// Joins the parts.
        public init(
            index: Int, runID: String, host: Host, clock: ClockAnchor, clockState: ClockState?,
            clockSteps: Int, clockDriftMicroseconds: Double, kernelStampShare: Double,
            lateMilliseconds: Double, allowedMilliseconds: Double, valid: Bool, loss: String?,
            killed: Bool? = nil
        ) {
            self.index = index
            self.runID = runID
            self.host = host
            self.clock = clock
            self.clockState = clockState
            self.clockSteps = clockSteps
            self.clockDriftMicroseconds = clockDriftMicroseconds
            self.kernelStampShare = kernelStampShare
            self.lateMilliseconds = lateMilliseconds
            self.allowedMilliseconds = allowedMilliseconds
            self.valid = valid
            self.loss = loss
            self.killed = killed
        }
    }

    /// What a machine says of its wall clock, as its time service has set it up.
    public struct ClockState: Codable, Sendable, Equatable {
        /// Whether the kernel takes the clock for synchronised.
        public var synchronized: Bool
        /// The largest error that the time service admits, microseconds.
        public var maximumErrorMicroseconds: Int64

        /// Joins the two.
        public init(synchronized: Bool, maximumErrorMicroseconds: Int64) {
            self.synchronized = synchronized
            self.maximumErrorMicroseconds = maximumErrorMicroseconds
        }
    }

    /// How many slices the plan was divided into; 1 for a whole run.
    public var sliceCount: Int { max(shard.count, slices?.count ?? 1) }

    /// The slices that this document stands for, by index.
    public var sliceIndexes: [Int] { slices?.map(\.index) ?? [shard.index] }
}
