import FinMeasure
import FinProfile
import Testing

@testable import FinDrive
@testable import FinLoop

/// How the transfers of a run are made.
@Suite struct TransferSettingsTests {
    private func settings(
        _ url: String, isLive: Bool = false, proxy: String? = nil
    ) throws -> TransferSettings {
        var profile = Profile()
        profile.target = Profile.Target(url: url)
        profile.target?.proxy = proxy
        profile.target?.isMetered = false
        var drive = DriveSettings(baseURL: url, zero: Instant(nanoseconds: 0))
        drive.isLive = isLive
        let plan = try RunPlan(profile: profile, runID: "r")
        return drive.transferSettings(plan, rowCount: 10)
    }

    @Test("libcurl has a time-out of its own where it may have to look up names, and only there")
    func names() throws {
        let local = try settings("http://127.0.0.1:8080")
        #expect(!local.dialsNames)
        #expect(try settings("https://api.intercom.io", isLive: true).dialsNames)
        #expect(try settings("http://127.0.0.1:8080", proxy: "http://proxy:3128").dialsNames)
        #expect(local.connectTimeout == Profile().conversation.timeouts.connect)
    }
}
