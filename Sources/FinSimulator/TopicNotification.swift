internal import FinLoop
internal import FinMeasure
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a topic tells its subscriber; the envelope is written anew for each attempt.
struct TopicNotification {
    let topic: String
    /// `data.item`: one JSON object.
    let item: [UInt8]
    let appID: String
    let id = "notif_" + UUID().uuidString.lowercased().replacing("-", with: "")
    /// Unix seconds.
    let created: UInt64
    /// Unix seconds of the first attempt; nil before it.
    var firstSent: UInt64?

    static let userAgent = "intercom-parrot-service-client/1.0"

    /// The envelope of an attempt (from 1) at `now`, Unix seconds.
    mutating func body(attempt: Int, now: UInt64) -> [UInt8] {
        let firstSent = firstSent ?? now
        self.firstSent = firstSent
        var body = Array("{\"type\":\"notification_event\",\"topic\":".utf8)
        body += JSONText.quoted(topic)
        body += Array(",\"id\":\"\(id)\",\"app_id\":".utf8) + JSONText.quoted(appID)
        body += Array(",\"created_at\":\(created),\"delivery_attempts\":\(attempt)".utf8)
        body += Array(",\"first_sent_at\":\(firstSent),\"data\":{".utf8)
        body += Array("\"type\":\"notification_event_data\",\"item\":".utf8) + item
        body += Array("}}".utf8)
        return body
    }
}
