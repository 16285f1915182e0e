import ArgumentParser

/// The command: one file per subcommand.
@main
struct Finbench: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "finbench",
        abstract: "Load and latency benchmarks for Intercom's Fin Agent API.",
        discussion: """
            finbench run                       ten seconds against the embedded simulator
            finbench run profiles/smoke.yaml   a profile; results/latest holds what it measured
            finbench plan profiles/smoke.yaml  what that run will do; nothing is sent
            finbench report results/latest     the table again
            finbench merge DIR… --output DIR   the slices of a plan as one run
            finbench compare BEFORE AFTER      is this build slower than the last?
            finbench capacity PROFILE          the highest rate that still meets its objectives
            finbench calibrate                 this machine's own floor
            finbench profile list              the profiles that are built in
            finbench simulate                  the simulator alone
            finbench webhooks verify           signature checks per second and core
            finbench webhooks receive          take Fin's webhooks, verify and count them
            finbench webhooks send --to URL    signed webhooks at your endpoint, and its answers

            Exit status: 0 done, every SLO met; 1 an SLO missed; 2 not enough data; 3 the run is \
            invalid or was stopped; 64 usage or profile error; 69 target unreachable or refused our \
            key; 70 a part of finbench failed; 71 host limit; 130 interrupted, results written.
            """,
        version: version,
        subcommands: [
            RunCommand.self, PlanCommand.self, ProbeCommand.self, SimulateCommand.self,
            ReportCommand.self, MergeCommand.self, AuditCommand.self, CompareCommand.self,
            CapacityCommand.self, CalibrateCommand.self, ProfileCommand.self,
            WebhooksCommand.self,
        ],
        defaultSubcommand: nil)
}
