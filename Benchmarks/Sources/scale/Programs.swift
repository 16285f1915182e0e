import Foundation

/// The programs that are measured, each in a process of its own.
enum Programs {
    /// SwiftPM puts the C programs beside this one.
    static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    private static let peers = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Peers")

    /// finbench's own load path, in a child of this same program.
    static func drive(_ arguments: [String]) throws -> DriveFigures {
        try ask(["drive"] + arguments)
    }

    /// The C client.
    static func floor(_ arguments: [String]) throws -> ClientFigures {
        try ask(folder.appendingPathComponent("scaleclient").path, arguments)
    }

    /// aiohttp on uvloop; `absent` says why there are no figures.
    static func peer(_ arguments: [String]) throws -> PeerFigures {
        let script = peers.appendingPathComponent("aiohttp_conversations.py").path
        return try ask("/usr/bin/env", ["python3", script] + arguments)
    }

    /// TLS connections of finbench's own loop, in a child of this same program.
    static func handshakes(_ arguments: [String]) throws -> HandshakeFigures {
        try ask(["handshakes"] + arguments)
    }

    /// What a child of this same program answers.
    static func ask<Answer: Decodable>(_ arguments: [String]) throws -> Answer {
        try ask(folder.appendingPathComponent("scale").path, arguments)
    }

    /// Whether a command is found on the path.
    static func isInstalled(_ name: String) -> Bool {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// Runs a command of the path to its end; what it says is not wanted.
    static func run(_ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure("\(words.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }

    private static func ask<Answer: Decodable>(
        _ program: String, _ arguments: [String]
    ) throws -> Answer {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure("\(program) ended with \(process.terminationStatus)")
        }
        return try JSONDecoder().decode(Answer.self, from: data)
    }
}

/// What a client did, as it says itself.
struct ClientFigures: Decodable {
    var conversations: Int
    var failed: Int
    var seconds: Double
    var cpu_seconds: Double
}

/// The same of a peer that may not be installed.
struct PeerFigures: Decodable {
    var absent: String?
    var conversations: Int?
    var failed: Int?
    var seconds: Double?
    var cpu_seconds: Double?
    var chunks: Int?
    /// Chunks that had a read alone: of others no gap can be told.
    var timed_chunks: Int?
}

/// The C server, for as long as this lives.
final class Server {
    /// What it did.
    struct Figures: Decodable {
        var turns: Int
        var events: Int
        var cpu_ns: Int
    }

    /// Its base URL.
    let url: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let begin = ContinuousClock.now

    /// Starts it.
    init(_ options: Options, _ arguments: [String]) throws {
        process.executableURL = Programs.folder.appendingPathComponent("scaleserver")
        process.arguments = ["--core", "\(options.serverCore)"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty
            else { throw Failure("the server did not begin") }
            line.append(byte)
        }
        url = String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Ends it; answers what it did, and how much of a core it used.
    func stop() throws -> (figures: Figures, share: Double) {
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let figures = try JSONDecoder().decode(Figures.self, from: data)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        return (figures, Double(figures.cpu_ns) / 1e9 / seconds)
    }
}
