import CScale
import FinLoop
import FinMeasure
import Foundation

/// What handshakes cost, new ones and resumed ones, medians in seconds.
struct HandshakeFigures: Codable {
    /// One kind of them.
    struct Cost: Codable {
        /// From the TCP connection to the end of the handshake.
        var wall: Double
        /// Processor time of the whole transfer, on our side.
        var cpu: Double
    }

    var new: Cost
    var resumed: Cost
}

/// Connections of finbench's own loop to one TLS server, each new or resumed, in this process.
///
/// A loop reads the authorities with its first connection, which is not counted. Sessions are kept by
/// the name that was asked for: so the first connection by the second name is a full handshake, and
/// the one after it resumes.
struct HandshakeJob {
    private var port = 0
    private var authority = ""
    private var count = 1
    private var core = -1

    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var rest = arguments
        while let name = rest.popFirst() {
            let text = try Options.value(of: name, &rest) { $0 }
            switch name {
            case "--port": port = Int(text) ?? port
            case "--ca": authority = text
            case "--count": count = Int(text) ?? count
            case "--core": core = Int(text) ?? core
            default: throw UsageError(text: "\"\(name)\" is not known")
            }
        }
    }

    /// Runs and prints the figures as one line of JSON.
    func perform() throws {
        scale_pin(Int32(core))
        var (new, resumed): ([HandshakeFigures.Cost], [HandshakeFigures.Cost]) = ([], [])
        for _ in 0..<count {
            let page = PageReader()
            var settings = TransferSettings(rowCount: 1)
            settings.caFile = authority
            let loop = try TransferLoop(settings: settings, delegate: page)
            _ = try connect(loop, page, host: "localhost", resumes: false)
            new.append(try connect(loop, page, host: "127.0.0.1", resumes: false))
            resumed.append(try connect(loop, page, host: "127.0.0.1", resumes: true))
        }
        let figures = HandshakeFigures(new: middle(new), resumed: middle(resumed))
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }

    private func middle(_ costs: [HandshakeFigures.Cost]) -> HandshakeFigures.Cost {
        HandshakeFigures.Cost(
            wall: Figure.median(costs.map(\.wall)), cpu: Figure.median(costs.map(\.cpu)))
    }

    private func connect(
        _ loop: TransferLoop, _ page: PageReader, host: String, resumes: Bool
    ) throws -> HandshakeFigures.Cost {
        let cpu = Clock.processCPUNanoseconds()
        page.begin()
        loop.openStream(0, url: "https://\(host):\(port)/")
        let limit = Clock.now() + .seconds(10)
        while page.result == nil && Clock.now() < limit {
            _ = loop.poll(precise: .never, coarse: limit)
        }
        guard let tls = page.result?.tls else {
            throw Failure("no TLS connection to \(host): \(loop.lastErrorText)")
        }
        guard page.text.contains(resumes ? "Reused, TLS" : "New, TLS") else {
            throw Failure("the server did not \(resumes ? "resume" : "begin") a session")
        }
        return HandshakeFigures.Cost(
            wall: tls.seconds, cpu: Double(Clock.processCPUNanoseconds() - cpu) / 1e9)
    }
}

/// Keeps what one transfer brings.
private final class PageReader: TransferDelegate {
    private(set) var text = ""
    private(set) var result: TransferResult?

    func begin() {
        text = ""
        result = nil
    }

    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {}
    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {}
    func mailboxIsReady() {}

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        text += String(decoding: copy, as: UTF8.self)
        return true
    }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        self.result = result
    }
}
