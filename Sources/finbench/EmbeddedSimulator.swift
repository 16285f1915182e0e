import FinProfile
import Foundation

/// How `run` starts this same program as the simulator.
enum EmbeddedSimulator {
    /// This program's own file.
    static func executable() throws -> String {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let path else {
            throw Complaint(.host, "/proc/self/exe cannot be read; mount /proc or name a target")
        }
        return path
    }

    /// The child's arguments; its settings come as one line of its standard input.
    ///
    /// - Parameters:
    ///   - settings: say what else it keeps a truth log of.
    ///   - directory: for its truth logs.
    ///   - host: the loopback address to listen on.
    static func arguments(
        _ settings: SimulatorSettings, in directory: String, host: String = "127.0.0.1"
    ) -> [String] {
        var words = [
            "simulate", "--embedded", "--host", host, "--truth", "\(directory)/truth.csv",
        ]
        if settings.webhooks != nil || settings.topicWebhooks != nil {
            words += ["--webhook-truth", "\(directory)/webhook-truth.csv"]
        }
        if settings.hitl != nil { words += ["--hitl-truth", "\(directory)/hitl-truth.csv"] }
        return words
    }

    /// The settings, with webhooks sent to the run's own receiver where there is one.
    static func settings(
        _ simulator: SimulatorSettings, of profile: Profile, _ receiver: RunReceiver.Door?
    ) -> SimulatorSettings {
        var settings = simulator
        guard let receiver else { return settings }
        if profile.hasWebhooks {
            var webhooks = settings.webhooks ?? SimulatorSettings.Webhooks()
            webhooks.url = receiver.url
            webhooks.secret = receiver.secret
            settings.webhooks = webhooks
        }
        if settings.hitl != nil || settings.topicWebhooks != nil {
            var topics = settings.topicWebhooks ?? SimulatorSettings.TopicWebhooks()
            // A subscriber of the user's own has a secret of its own.
            if topics.delivery.url == nil {
                topics.delivery.url = receiver.url
                topics.delivery.secret = receiver.topicSecret
            }
            settings.topicWebhooks = topics
        }
        return settings
    }

    /// The settings as one line of JSON.
    static func line(_ settings: SimulatorSettings) throws -> String {
        String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    }

    /// Reads that line back.
    static func settings(line: String) throws -> SimulatorSettings {
        do {
            return try JSONDecoder().decode(SimulatorSettings.self, from: Data(line.utf8))
        } catch {
            throw Complaint(.software, "the embedded simulator got settings it cannot read")
        }
    }
}
