internal import FinLoop
public import FinMeasure
public import FinProfile

/// What the door tells a run beside its plan.
public struct DriveSettings: Sendable {
    /// The target's base URL, without a trailing slash.
    public var baseURL: String
    /// The value of `Authorization`, nil for none; never written anywhere.
    public var authorization: String?
    /// Further headers of every POST, `Name: value`.
    public var headers: [String]
    /// What helpdesk operations sign and identify themselves with; never written anywhere.
    public var helpdesk: HelpdeskSecrets
    /// Whether hosts other than this machine may be dialled.
    public var isLive: Bool
    /// Answers of name look-ups, `host:port:address`.
    public var resolved: [String]
    /// The zero of every `_ns` column; the first arrival is planned there.
    public var zero: Instant
    /// The receiver of the run's webhooks; nil where none of its events come so.
    public var webhooks: WebhookSettings?
    /// Length of one interval of the record.
    public var interval: Nanoseconds
    /// Whether finished turns are handed to the sink one by one.
    public var keepsTurns: Bool
    /// Open files this process may have.
    public var fileLimit: Int
    /// The processor of the load thread; nil leaves that to the kernel.
    public var processor: Int?
    /// How long before a start the load thread stops sleeping, where the profile does not say; nil:
    /// as the machine needs.
    public var spin: Nanoseconds?
    /// Hears at once why a rule or the host stops the run, on the load thread; must not block.
    public var onStop: (@Sendable (DriveEnd.Reason) -> Void)?

    /// Settings with nothing but a target and a zero.
    public init(baseURL: String, zero: Instant) {
        self.baseURL = baseURL
        authorization = nil
        headers = []
        helpdesk = HelpdeskSecrets()
        isLive = false
        resolved = []
        self.zero = zero
        interval = .seconds(1)
        keepsTurns = true
        fileLimit = 1024
        processor = nil
        spin = nil
        onStop = nil
    }

    /// Descriptors kept for everything that is not an event stream.
    static let reservedFiles = 400

    /// Conversations that can be open at once: the plan's limit, and what the files allow.
    public func rowCount(_ plan: RunPlan) -> Int {
        max(1, min(plan.profile.load.maxInFlight, plan.conversationLimit, allowedRows))
    }

    /// Conversations that can be open at once as far as the files go.
    public var allowedRows: Int {
        let files = fileLimit - DriveSettings.reservedFiles
        return max(1, files - TransferSettings.shardFiles(rowCount: files))
    }
}

/// What another thread may ask of a run.
public enum DriveRequest: Sendable {
    /// End now: what is open is cut, what was measured is written.
    case interrupt
    /// The same, because a rule or the host asks for it; the words go into the record.
    case abort(String)
    /// Another process of the run was stopped: by a rule, then nothing more begins here either and what
    /// is open goes on; for any other reason this one ends now.
    case stop(DriveEnd.Reason)
    /// A webhook of one of the run's conversations.
    case webhook(WebhookArrival)
    /// What a procedure asks a human; nil for a notification that cannot be read.
    case question(HITLQuestion?)
}

/// How a run ended, as far as the driver goes.
public struct DriveEnd: Sendable {
    /// Why a run ended.
    public enum Reason: Sendable, Equatable {
        /// Everything planned was begun and ended, or the drain was over.
        case finished
        /// Ctrl-C or SIGTERM.
        case interrupted
        /// A rule or the host ended it.
        case aborted(String)
        /// The first starts ended without one 200, or the key was refused.
        case unreachable(String)
        /// The host refused what the run needed on its way; what was measured is written.
        case hostLimit(String)
    }

    /// Why it ended.
    public var reason: Reason
    /// What the record could not take; nil when it is whole.
    public var recordError: String?
}
