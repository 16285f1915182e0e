import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinSimulator
import FinWebhooks
import Foundation

/// The endpoint that Fin's data connectors call, for the length of a run.
struct RunConnectors: Sendable {
    private let plan: RunPlan
    private let settings: Profile.Connectors
    private let endpoint: ConnectorEndpoint

    /// nil for a run whose connectors call nobody of ours.
    ///
    /// - Throws: `Complaint`, exit status 64, for an address that other machines reach, unless the
    ///   run is live.
    init?(plan: RunPlan, isLive: Bool) throws {
        guard let settings = plan.profile.hostedConnectors else { return nil }
        if !settings.isLoopback, !isLive {
            throw Complaint(
                .usage,
                "connectors.listen \"\(settings.host)\" is open to other machines; listen on "
                    + "127.0.0.1, or add --live if that is meant")
        }
        self.plan = plan
        self.settings = settings
        endpoint = ConnectorEndpoint(
            .init(
                host: settings.host, port: settings.port, answerTime: settings.answerTime,
                failures: settings.failures, seed: plan.profile.load.seed))
    }

    /// Listens while `body` works with the endpoint's base URL.
    ///
    /// - Throws: what `body` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Value: Sendable>(
        _ services: RunServices, _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        try await services.serve(
            "the connectors' endpoint", setting: "connectors.listen",
            { [endpoint] in try await endpoint.run(onReady: $0) },
            body: { url in
                announce(url)
                return try await body(url)
            })
    }

    /// Who calls from elsewhere must be told where.
    private func announce(_ url: String) {
        guard plan.profile.target != nil else { return }
        Terminal.note(
            "finbench: data connectors are answered at \(url); name the conversation in the "
                + "query: \(url)/orders?conversation_id={{conversation_id}}")
    }

    /// The settings of the embedded simulator, with the endpoint's address where it calls it.
    func settings(_ simulator: SimulatorSettings, endpoint: String) -> SimulatorSettings {
        var made = simulator
        if made.connectors != nil, made.connectors?.url == nil {
            made.connectors?.url = endpoint + "/orders?conversation_id={{conversation_id}}"
        }
        return made
    }

    /// Puts what is seen and reported of connectors into the record beside the turns.
    func sinks(
        _ sinks: [any RunSink], drive: DriveSettings, unix: UInt64
    ) -> [any RunSink] {
        [
            ConnectorSink(sinks, plan: plan, zero: drive.zero, endpoint: endpoint) { [plan] in
                guard let id = connectorID else {
                    return .init(note: "no connectors.id names the connector to read")
                }
                do throws(LoopError) {
                    let reader = try ExecutionReader(
                        plan: plan, settings: drive, connectorID: id, start: unix / 1_000_000_000)
                    return reader.read()
                } catch {
                    return .init(note: "the host refused to read them: \(error)")
                }
            }
        ]
    }

    private var connectorID: String? {
        if let id = settings.id { return id }
        return plan.profile.target == nil ? Simulator.connectorID : nil
    }
}
