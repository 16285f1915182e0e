import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import Testing

/// The schema before a public validator: Python's `jsonschema`.
@Suite(.heavy) struct ProfileSchemaTests {
    /// The check itself stands beside the rest of CI; it reads a folder that this test fills.
    private static let script = URL(fileURLWithPath: profilesFolder).deletingLastPathComponent()
        .appendingPathComponent(".ci/check-schema.py").path

    /// Asked for by CI, which installs the validator; without it the test is left out, and says so.
    private static let isRequired =
        ProcessInfo.processInfo.environment["FINBENCH_SCHEMA_REQUIRED"] != nil

    private static func run(_ arguments: [String]) throws -> (status: Int32, words: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, words)
    }

    private static var hasValidator: Bool {
        (try? run(["-c", "import jsonschema, yaml"]))?.status == 0
    }

    @Test(
        "it accepts every good profile, and refuses the wrong ones that a schema can see",
        .enabled(
            if: isRequired || hasValidator,
            "python3 lacks jsonschema or yaml: pip install jsonschema PyYAML"))
    func validator() throws {
        var files = ["schema.json": try ProfileSchema.text()]
        for profile in ShippedProfile.all {
            files["good-\(profile.name).yaml"] = profile.text
            files["good-\(profile.name)-shown.yaml"] = try Profile.shown(path: profile.name)
        }
        for (index, wrong) in wrongProfiles.enumerated() {
            let kind = wrong.isVisibleToSchema ? "wrong" : "unseen"
            files["\(kind)-\(index).yaml"] = "# \(wrong.mistake)\n\(wrong.text)\n"
        }
        let folder = try TemporaryFolder(files)
        let result = try Self.run([Self.script, folder.path])
        #expect(result.status == 0, "\(result.words)")
    }

    @Test("at least forty wrong profiles are visible to a schema")
    func count() {
        #expect(wrongProfiles.filter(\.isVisibleToSchema).count >= 40)
    }

    @Test("the schema closes every section, and names the draft")
    func closed() throws {
        guard case .object(let keys) = ProfileSchema.json else {
            Issue.record("not an object")
            return
        }
        #expect(keys["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
        #expect(openObjects(ProfileSchema.json, path: "").isEmpty)
    }

    /// Objects with keys of ours that would let others in.
    private func openObjects(_ value: JSONValue, path: String) -> [String] {
        switch value {
        case .array(let values): return values.flatMap { openObjects($0, path: path) }
        case .object(let keys):
            let isOpen =
                keys["type"] == .string("object") && keys["properties"] != nil
                && keys["additionalProperties"] != .bool(false)
            return (isOpen ? [path] : [])
                + keys.flatMap { openObjects($0.value, path: "\(path).\($0.key)") }
        default: return []
        }
    }
}
