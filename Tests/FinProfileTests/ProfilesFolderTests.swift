import FinMeasure
import FinProfile
import Foundation
import Testing

@Suite struct ProfilesFolderTests {
    private func load(_ name: String) throws -> Profile {
        try Profile.load(path: "\(profilesFolder)/\(name).yaml")
    }

    @Test("every profile of the folder loads under its own name and can be planned")
    func all() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: profilesFolder)
            .filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 5)
        for file in files {
            let profile = try load(String(file.dropLast(5)))
            #expect(profile.name + ".yaml" == file)
            #expect(!profile.description.isEmpty && profile.targetKind == .simulated)
            let plan = try RunPlan(profile: profile, runID: "r1")
            #expect(!plan.arrivals.isEmpty)
        }
    }

    @Test("the built-in quickstart is the file of that name")
    func quickstart() throws {
        #expect(try load("quickstart") == Profile.quickstart)
        let file = try String(contentsOfFile: "\(profilesFolder)/quickstart.yaml", encoding: .utf8)
        #expect(Profile.quickstartText == file)
    }

    @Test("the freeze is planned as its known percentiles need it")
    func freeze() throws {
        let profile = try load("freeze")
        let plan = try RunPlan(profile: profile, runID: "r1")
        #expect(plan.arrivals == (0..<6000).map { $0 * 10_000_000 })
        #expect(profile.simulator.freezes == [.init(at: 20e9, length: 5e9)])
        #expect(profile.simulator.think == .fixed(1e6) && profile.conversation.turns == .fixed(1))
    }

    @Test("profiles with objectives have 20 blocks of 3 s after the warm-up")
    func blocks() throws {
        for name in ["smoke", "rollout"] {
            let plan = try RunPlan(profile: try load(name), runID: "r1")
            #expect(plan.length - plan.warmup >= .seconds(60))
            #expect(!plan.profile.slo.isEmpty)
        }
    }
}
