/// A procedure of the simulated workspace.
struct Procedure: Sendable, Equatable {
    enum State: Sendable { case live, draft, withoutTrigger, withoutProfile }

    let id: String
    let name: String
    let description: String
    let state: State

    /// One to each documented answer; only the first two can be run.
    static let all = [
        Procedure(
            id: "5001", name: "Refund an order", description: "Checks an order and refunds it",
            state: .live),
        Procedure(
            id: "5002", name: "Change a plan", description: "Moves a customer to another plan",
            state: .live),
        Procedure(
            id: "5003", name: "Cancel an account", description: "Not finished yet", state: .draft),
        Procedure(
            id: "5004", name: "Check a delivery", description: "Begins from a message only",
            state: .withoutTrigger),
        Procedure(
            id: "5005", name: "Report a fault", description: "No Fin profile handles it",
            state: .withoutProfile),
    ]

    static var runnable: [Procedure] { all.filter { $0.state == .live } }

    /// Checks that an id can be run.
    static func check(_ id: String) throws(APIError) {
        guard let procedure = all.first(where: { $0.id == id }) else {
            throw .invalid("Procedure not found")
        }
        switch procedure.state {
        case .live: return
        case .draft: throw .invalid("Procedure is not live")
        case .withoutTrigger: throw .invalid("Procedure does not have an API trigger")
        case .withoutProfile:
            throw .invalid(
                "No Fin profile is configured to handle this conversation. "
                    + "Configure a Fin profile and retry.")
        }
    }
}
