public import FinMeasure

/// Which of a row's two requests a transfer is.
public enum TransferKind: UInt8, Sendable {
    /// `POST /fin/start` or `/fin/reply`, or another call of the API.
    case post
    /// The SSE GET.
    case stream
}

/// The method of a call; the raw value is its name on the wire.
public enum CallMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// How a transfer ended, as far as the network goes.
public enum TransferEnd: Sendable, Equatable {
    /// The response is complete, whatever its status.
    case complete
    /// We hung up.
    case hungUp
    /// The name did not resolve, or nobody accepted the connection.
    case connectFailed
    /// The connection was not there in time.
    case connectTimeout
    /// TLS was refused: certificate, name, protocol.
    case tlsFailed
    /// The connection broke before the response was complete; a POST is never sent again.
    case connectionLost
    /// What answered does not speak HTTP.
    case notHTTP
}

/// What is known of a transfer when it ends.
public struct TransferResult: Sendable {
    /// How it ended.
    public var end: TransferEnd
    /// When the last byte arrived, or when the end was noticed.
    public var stamp: ArrivalStamp
    /// Whether the request went over a connection that already stood.
    public var isReused: Bool
    /// Whether the response came over HTTP/2.
    public var isHTTP2 = false
    /// The name's look-up for a new connection, by libcurl's clock (microseconds); nil when reused.
    public var dns: Nanoseconds?
    /// From the look-up to the TCP connection; nil when reused.
    public var tcp: Nanoseconds?
    /// From the TCP connection to the end of the TLS handshake; nil without TLS.
    public var tls: Nanoseconds?
}

/// What a loop tells its owner; called on the loop's thread, inside `TransferLoop.poll`.
public protocol TransferDelegate: AnyObject {
    /// One header line of a response, `Name: value`, without its line end.
    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>)
    /// The response's headers are complete.
    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp)
    /// Body bytes, libcurl's own, valid during the call only.
    ///
    /// - Returns: false to hang up at once.
    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool
    /// The transfer is over; the row may start another from here.
    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult)
    /// libcurl has handed over all that it has read: the next bytes are those of another read.
    func readsAreOver()
    /// A watched descriptor that is not libcurl's became readable.
    func mailboxIsReady()
}

extension TransferDelegate {
    /// Nothing to do for who does not ask what came together.
    public func readsAreOver() {}
}

/// How every transfer of a loop is made.
public struct TransferSettings: Sendable {
    /// Rows: transfers at the same time, at the most.
    public var rowCount: Int
    /// So many transfers share one of libcurl's multi handles where nobody says more.
    private static let usualShardSize = 250
    /// Transfers of one libcurl multi handle, at the most: libcurl 7.88 looks at all connections of a
    /// multi when a transfer leaves it, and at those to one host where any may be free.
    public var shardSize = TransferSettings.usualShardSize
    /// So many idle connections are kept for POSTs where nobody says more.
    public static let usualKeptPosts = 128
    /// Idle connections that are kept for POSTs, at the most.
    public var keptPosts = TransferSettings.usualKeptPosts
    /// Bytes that libcurl reads at once, at the most; a stamp is that of the newest packet in them.
    public var readSize = 2048
    /// The loop does not sleep for so long before a start: a halted core of a virtual machine comes
    /// back late by milliseconds once in a hundred times, a spinning one does not.
    public var spin = Host.hasSpareCore ? Nanoseconds.milliseconds(4) : .microseconds(80)
    /// From a request's begin to its connection: DNS, TLS and the wait for one to share included.
    ///
    /// What libcurl dials anew for a request that it had begun is the caller's to bound, unless
    /// `dialsNames`.
    public var connectTimeout = Nanoseconds.seconds(5)
    /// Headers of every POST, `Name: value`; they hold the key and go to the target only.
    public var postHeaders: [String] = []
    /// Headers of every SSE GET.
    public var streamHeaders: [String] = []
    /// A PEM file with the authorities to trust; nil: the system's.
    public var caFile: String?
    /// A proxy's URL; nil: none, whatever the environment says.
    public var proxy: String?
    /// Requests that share an HTTP/2 connection, at the most; nil: HTTP/1.1.
    public var streamsPerConnection: Int?
    /// `host:port:address` triples that need no look-up.
    public var resolved: [String] = []
    /// Whether libcurl may have to dial a name of several addresses: it then has the time-out as well,
    /// and gives the first ones half of it, at the price of its timers.
    public var dialsNames = false

    /// Settings for so many rows.
    public init(rowCount: Int) { self.rowCount = rowCount }

    /// Descriptors that the multi handles of so many rows have for themselves, two each.
    public static func shardFiles(rowCount: Int) -> Int {
        2 * (rowCount + usualShardSize - 1) / usualShardSize + 2
    }
}
