import ArgumentParser
import FinLoop
import FinProfile
import FinReport
import FinSimulator
import FinWebhooks
import Foundation
import Synchronization

/// The exit statuses; the numbers from 64 on are those of `sysexits.h`.
enum Exit: Int32 {
    /// Done, every SLO met.
    case success = 0
    /// The run is invalid, or a rule stopped it.
    case invalid = 3
    /// A flag or the profile is wrong.
    case usage = 64
    /// The target cannot be reached, or refused our key.
    case unreachable = 69
    /// A part of finbench failed: its simulator, its receiver, or by our bug.
    case software = 70
    /// The host refused what a run needs.
    case host = 71
    /// Ctrl-C or SIGTERM; the results so far are written.
    case interrupted = 130
}

/// What a person can act on: one message, one exit status.
struct Complaint: Error {
    var status: Exit
    var message: String

    init(_ status: Exit, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Reads any error that the rooms throw.
    init(_ error: any Error) {
        switch error {
        case let complaint as Complaint: self = complaint
        case let error as ProfileError: self.init(.usage, error.description)
        case let error as LoopError: self.init(.host, error.description)
        case let error as ReportError:
            self.init(error.code == .unwritable ? .host : .usage, error.description)
        case let error as WebhookError: self.init(.usage, error.description)
        case let error as SimulatorError:
            self.init(error.code == .cannotWrite ? .host : .usage, error.description)
        default: self.init(.software, "\(error)")
        }
    }
}

/// Where words to a person go: standard error; standard output is for results.
enum Terminal {
    // A line of one thread must not stand in the middle of another's.
    private static let turn = Mutex(())

    static func note(_ text: String) { write(text + "\n", to: .standardError) }

    /// Writes to standard output without a buffer, so that a pipe sees it at once.
    static func say(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// Writes as it is; what nobody reads any more is lost, and the work goes on.
    static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away must not end a run whose conversations are open.
        turn.withLock { _ in try? handle.write(contentsOf: Data(text.utf8)) }
    }

    /// Runs a command's work; turns an error into its message and its status.
    static func guarding(_ work: () async throws -> Int32) async throws {
        signal(SIGPIPE, SIG_IGN)
        let status: Int32
        do {
            status = try await work()
        } catch {
            let complaint = Complaint(error)
            note("finbench: \(complaint.message)")
            throw ExitCode(complaint.status.rawValue)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
