import ArgumentParser
import FinProfile
import FinReport
import Foundation

/// `finbench profile new`: a commented copy of a shipped profile, to be changed.
struct ProfileNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write a copy of a shipped profile to begin with.",
        discussion: "No file is ever overwritten. `finbench profile list` names the profiles.")

    @Argument(help: "The new profile's name, after the question it answers.") var name: String
    @Option(help: "The shipped profile to copy.") var from = "rollout"
    @Option(help: "The file to write; NAME.yaml when not given.") var output: String?

    mutating func run() async throws {
        let (name, from, path) = (name, from, output ?? "\(name).yaml")
        try await Terminal.guarding {
            guard let model = ShippedProfile.named(from) else {
                throw Complaint(
                    .usage,
                    "--from \"\(from)\" is not a shipped profile\(ShippedProfile.advice(for: from))"
                )
            }
            let text = try model.copy(named: name)
            try ProfileNewCommand.write(text, to: path)
            Terminal.say("\(path): a copy of \(from); next: finbench profile check \(path)")
            return Exit.success.rawValue
        }
    }

    /// Writes a file that is not there yet.
    private static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(
                to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
            throw Complaint(
                .usage, "\"\(path)\" is there already, and stays as it is: name another --output")
        } catch {
            throw Complaint(
                .host, "\"\(path)\" cannot be written: check that its folder exists and is yours")
        }
    }
}
