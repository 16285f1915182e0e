import FinMeasure
import Testing

@Suite("Scenarios of signature checks")
struct VerifyScenarioTests {
    @Test("a name is read back as what it was made of")
    func roundTrip() {
        for work in VerifyScenario.Work.allCases {
            for bodyBytes in [256, 65_536, nil] {
                for threads in [1, 2, 64] {
                    let scenario = VerifyScenario(
                        bodyBytes: bodyBytes, work: work, threads: threads)
                    #expect(VerifyScenario(name: scenario.name) == scenario)
                    #expect(!scenario.name.contains { ":,[] ".contains($0) })
                }
            }
        }
        #expect(
            VerifyScenario(bodyBytes: 600, work: .oneShot, threads: 2).name == "600B-hmac-2t")
    }

    @Test(
        "another name is none",
        arguments: ["", "default", "600-valid-1t", "600B-valid-1", "600B-valid-0t", "B-valid-1t"])
    func others(name: String) {
        #expect(VerifyScenario(name: name) == nil)
    }

    @Test(
        "compressions are counted as SHA-256 pads",
        arguments: [(0, 2), (55, 2), (56, 3), (256, 6), (600, 11), (1024, 18), (4096, 66)])
    func compressions(bodyBytes: Int, count: Int) {
        #expect(VerifyScenario.compressions(bodyBytes: bodyBytes) == count)
    }
}
