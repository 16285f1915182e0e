import FinMeasure
import Glibc
import Synchronization

@testable import FinLoop

/// A server on loopback that plays a script: one thread, blocking calls, connections in turn.
///
/// Connections end with the server. What it read is kept for the test to look at.
final class ScriptServer: Sendable {
    /// One step of a connection's script.
    enum Step: Sendable {
        /// Reads until a request with its body is whole.
        case request
        /// Writes these bytes in one call.
        case write(String)
        /// Waits until the test says so.
        case await
        /// Takes no more connections from here on.
        case deafen
        /// Ends the connection.
        case close
        /// Ends the connection with a reset.
        case reset
    }

    /// What happened, in order.
    struct Log: Sendable {
        var connectionCount = 0
        /// How many connections a `close` of their script has ended.
        var endCount = 0
        var requests: [String] = []
        /// How many reads these took.
        var readCount = 0
        /// The test's own clock right before and after each write.
        var writes: [(before: UInt64, after: UInt64)] = []
    }

    let port: Int
    private let listener: Int32
    private let log = Mutex(Log())
    private let gate: (read: Int32, write: Int32)

    /// Listens at once; each connection plays the next script.
    init(_ scripts: [[Step]]) {
        (listener, port) = ScriptServer.listen()
        var ends: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0, "no pipe")
        gate = (ends[0], ends[1])
        PlainThread.start(name: "script server") { [self] in
            for script in scripts { serve(script) }
        }
    }

    deinit {
        close(listener)
        close(gate.read)
        close(gate.write)
    }

    /// What happened so far.
    var seen: Log { log.withLock { $0 } }

    /// Lets one `await` go on.
    func goOn() {
        var byte: UInt8 = 1
        _ = unsafe write(gate.write, &byte, 1)
    }

    /// A port that nobody listens on.
    static func deadPort() -> Int {
        let (listener, port) = listen()
        close(listener)
        return port
    }

    private static func listen() -> (Int32, Int) {
        // Closed in the children that other tests start: they would hold the sockets open.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                unsafe bind(listener, general, length) == 0
                    && Glibc.listen(listener, 16) == 0
                    && getsockname(listener, general, &length) == 0
            }
        }
        precondition(isListening, "cannot listen on loopback")
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func serve(_ script: [Step]) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        log.withLock { $0.connectionCount += 1 }
        for step in script {
            switch step {
            case .request: readRequest(connection)
            case .write(let text): send(text, connection)
            case .await:
                var byte: UInt8 = 0
                _ = unsafe read(gate.read, &byte, 1)
            case .deafen: _ = shutdown(listener, Int32(SHUT_RDWR))
            case .close:
                close(connection)
                log.withLock { $0.endCount += 1 }
                return
            case .reset:
                var now = linger(l_onoff: 1, l_linger: 0)
                _ = unsafe setsockopt(
                    connection, SOL_SOCKET, SO_LINGER, &now,
                    socklen_t(MemoryLayout<linger>.size))
                return _ = close(connection)
            }
        }
        close(connection)
    }

    private func readRequest(_ connection: Int32) {
        var text = ""
        while !ScriptServer.isWhole(text) {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe read(connection, &bytes, bytes.count)
            if count <= 0 { break }
            log.withLock { $0.readCount += 1 }
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        let request = text
        if !request.isEmpty { log.withLock { $0.requests.append(request) } }
    }

    /// Whether the headers and as many bytes as they announce are there.
    private static func isWhole(_ text: String) -> Bool {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let end = lines.firstIndex(of: ""), end + 1 < lines.count else { return false }
        let lengths = lines[..<end].compactMap { line -> Int? in
            let parts = line.split(separator: " ")
            return parts.first?.lowercased() == "content-length:" ? Int(parts[1]) : nil
        }
        let body = lines[(end + 1)...].joined(separator: "\r\n")
        return body.utf8.count >= lengths.first ?? 0
    }

    private func send(_ text: String, _ connection: Int32) {
        let before = Clock.now().nanoseconds
        var bytes = Array(text.utf8)
        _ = unsafe Glibc.send(connection, &bytes, bytes.count, Int32(MSG_NOSIGNAL))
        let after = Clock.now().nanoseconds
        log.withLock { $0.writes.append((before, after)) }
    }
}
