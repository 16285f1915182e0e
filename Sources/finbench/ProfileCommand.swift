import ArgumentParser
import FinDrive
import FinProfile
import FinReport
import Foundation

/// `finbench profile`: everything about profiles that needs no run.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Check, show, list and begin profiles.",
        discussion: """
            A PROFILE is the path of a YAML file, or the name of a shipped profile where there is no \
            such file.
            """,
        subcommands: [
            ProfileCheckCommand.self, ProfileShowCommand.self, ProfileListCommand.self,
            ProfileNewCommand.self, ProfileSchemaCommand.self,
        ])
}

/// `finbench profile check`: a line for each good profile, every mistake of the others.
struct ProfileCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether profiles can be run, or what is wrong.",
        discussion: """
            Prints one line per profile to standard output, or each mistake with its place to standard \
            error: the first one of every section, since later ones are often its echo. Exit status \
            64 when any profile is wrong.
            """)

    @Argument(help: "Profiles to check.") var profiles: [String]

    mutating func run() async throws {
        let paths = profiles
        try await Terminal.guarding {
            let checks = paths.map { (path: $0, mistakes: ProfileCheckCommand.mistakes($0)) }
            for (path, mistakes) in checks {
                if mistakes.isEmpty { Terminal.say("\(path): OK") }
                for mistake in mistakes { Terminal.note("finbench: \(mistake)") }
            }
            let isGood = checks.allSatisfy { $0.mistakes.isEmpty }
            return isGood ? Exit.success.rawValue : Exit.usage.rawValue
        }
    }

    /// What is wrong with a profile, and then with the operations it names.
    private static func mistakes(_ path: String) -> [ProfileError] {
        let found = ProfileCheck(path: path).mistakes
        if !found.isEmpty { return found }
        do throws(ProfileError) {
            _ = try OperationTable(try Profile.load(path: path))
            return []
        } catch {
            return [error]
        }
    }
}

/// `finbench profile show`: a profile with all that it leaves out.
struct ProfileShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a profile whole: bases, defaults, explanations.",
        discussion: """
            What is printed is a profile again; with --private one equal to that shown, else message \
            texts, e-mail, attributes and literal headers are hidden. Secrets stand in neither.
            """)

    @Argument(help: "The profile; quickstart when left out.") var profile = "quickstart"
    @Option(name: .customLong("set"), help: "Override a key of the profile: KEY=VALUE.")
    var overrides: [String] = []
    @Flag(name: .customLong("private"), help: "Print what may be private as well.")
    var showsPrivate = false

    mutating func run() async throws {
        let (path, overrides, showsPrivate) = (profile, overrides, showsPrivate)
        try await Terminal.guarding {
            let pairs = try overrides.map {
                try PlanOptions.pair($0, option: "--set", of: "KEY=VALUE")
            }
            let text = try Profile.shown(
                path: path, overrides: pairs, hidesPrivate: !showsPrivate)
            Terminal.say(String(text.dropLast()))
            return Exit.success.rawValue
        }
    }
}

/// `finbench profile list`: the shipped profiles and their questions.
struct ProfileListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the shipped profiles, each with its question.")

    mutating func run() async throws {
        let width = ShippedProfile.all.map(\.name.count).max() ?? 0
        for profile in ShippedProfile.all {
            let gap = String(repeating: " ", count: width + 2 - profile.name.count)
            Terminal.say(profile.name + gap + profile.question)
        }
    }
}

/// `finbench profile schema`: the JSON Schema for editors.
struct ProfileSchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of profiles (draft 2020-12).",
        discussion: """
            For an editor with a YAML language server: save it as finbench.schema.json and begin a \
            profile with the line
            # yaml-language-server: $schema=finbench.schema.json
            """)

    mutating func run() async throws {
        try await Terminal.guarding {
            Terminal.say(String(try ProfileSchema.text().dropLast()))
            return Exit.success.rawValue
        }
    }
}
