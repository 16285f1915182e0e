import FinDrive
import FinWebhooks
import Synchronization

/// What serves beside a run, such as the receiver of its webhooks, and the first of it that died: then
/// the run ends with 70, its results written.
final class RunServices: Sendable {
    private let onDeath: @Sendable (String) -> Void
    private let first = Mutex<Complaint?>(nil)

    /// - Parameter onDeath: must end the run; any thread.
    init(onDeath: @escaping @Sendable (String) -> Void) { self.onDeath = onDeath }

    /// What to say of what died; nil while all is well.
    var complaint: Complaint? { first.withLock { $0 } }

    /// Notes a death; the first one counts.
    func note(_ complaint: Complaint) { first.withLock { $0 = $0 ?? complaint } }

    /// Serves while `body` works with the URL.
    ///
    /// - Parameters:
    ///   - name: what messages call it, such as `the webhook receiver`.
    ///   - setting: the key or flag that says where it listens.
    ///   - serve: serves until its task is cancelled; calls its argument once, with its URL.
    /// - Throws: what `body` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Value: Sendable>(
        _ name: String, setting: String,
        _ serve: @escaping @Sendable (@escaping @Sendable (String) -> Void) async throws -> Void,
        body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        do {
            let outcome = try await RunService(name, serve: serve).with(
                onDeath: { words in
                    self.note(Complaint(.software, words))
                    self.onDeath(words)
                }, body: body)
            return outcome.value
        } catch let error as ReceiverError {
            throw Complaint(.host, "\(setting) \(error.description)")
        }
    }
}
