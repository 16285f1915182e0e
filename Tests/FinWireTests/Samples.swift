import Testing

/// Recorded shapes of event streams: the exact bytes of the response bodies.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let byteCount: Int
    let sha256: String

    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { name }
}

extension Sample {
    static let all = [
        startWithChunks, escalation, twoParts, oldVersion, survey, enveloped, lateReply,
    ]

    static let startWithChunks = Sample(
        name: "S1",
        text: #"""
            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":0,"chunk_text":"You can","status":"replying","created_at_ms":"2026-02-03T09:15:01.204Z"}

            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":1,"chunk_text":"You can change your plan","status":"replying","created_at_ms":"2026-02-03T09:15:01.391Z"}

            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":2,"chunk_text":"You can change your plan under Billing.","status":"replying","created_at_ms":"2026-02-03T09:15:01.630Z"}

            data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-501","author":"fin","body":"<p>You can change your plan under <b>Billing</b>.</p>","timestamp_ms":"2026-02-03T09:15:01.702Z"},"status":"replying","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","created_at_ms":"2026-02-03T09:15:01.711Z"}

            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"awaiting_user_reply","created_at_ms":"2026-02-03T09:15:01.744Z"}


            """#,
        byteCount: 1198,
        sha256: "f6c3ab81b369a4a1b587703a6013857140b640c2ac7a89880d1aede4a12695b2")

    static let escalation = Sample(
        name: "S2",
        text: #"""
            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"escalated","reason":"Escalation requested by user","created_at_ms":"2026-02-03T09:15:00.480Z"}

            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"complete","created_at_ms":"2026-02-03T09:15:00.512Z"}


            """#,
        byteCount: 343,
        sha256: "a84b1715158665cff11044ed4d16b4395a5a2a398151018c9e17bfc91771d9c5")

    static let twoParts = Sample(
        name: "S3",
        text: #"""
            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":0,"chunk_text":"Refunds take","status":"replying","created_at_ms":"2026-02-03T09:15:01.100Z"}

            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":1,"chunk_text":"Refunds take five days.","status":"replying","created_at_ms":"2026-02-03T09:15:01.350Z"}

            data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-601","author":"fin","body":"<p>Refunds take five days.</p>","timestamp_ms":"2026-02-03T09:15:01.420Z"},"status":"replying","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","created_at_ms":"2026-02-03T09:15:01.433Z"}

            data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-602","author":"fin","body":"<p>Is there anything else?</p>","timestamp_ms":"2026-02-03T09:15:01.980Z"},"status":"replying","created_at_ms":"2026-02-03T09:15:01.991Z"}

            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"awaiting_user_reply","created_at_ms":"2026-02-03T09:15:02.020Z"}


            """#,
        byteCount: 1196,
        sha256: "8f2213f2ffed9afcd5df0b4f0616d5410b12d4350c292540efd7101cf45d8443")

    static let oldVersion = Sample(
        name: "S4",
        text: #"""
            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":0,"chunk_text":"You can","status":"replying","created_at_ms":"2026-02-03T09:15:01.204Z"}

            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":1,"chunk_text":"You can change your plan under Billing.","status":"replying","created_at_ms":"2026-02-03T09:15:01.630Z"}

            data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-501","author":"fin","body":"<p>You can change your plan under <b>Billing</b>.</p>","timestamp_ms":"2026-02-03T09:15:01.702Z"},"status":"awaiting_user_reply","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","created_at_ms":"2026-02-03T09:15:01.711Z"}


            """#,
        byteCount: 813,
        sha256: "0ee43daa21a835fff1c6d74c714bcd1d10d0fd7187fcd728f2d1fa9e26265e06")

    static let survey = Sample(
        name: "S5",
        text: #"""
            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"resolved","created_at_ms":"2026-02-03T09:16:10.050Z"}

            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"complete","created_at_ms":"2026-02-03T09:16:10.071Z"}

            data: {"event_name":"csat_requested","conversation_id":"ld-0001","user_id":"u-77","csat":{"options":[{"key":"bad","emoji":"🙁","label":"Poor"},{"key":"amazing","emoji":"🤩","label":"Great"}]},"created_at_ms":"2026-02-03T09:16:11.300Z"}


            """#,
        byteCount: 543,
        sha256: "614d12d81bbaac27cbdcb9934d882903dd6d08dcdea026bba87bc58adf27c005")

    static let enveloped = Sample(
        name: "S6",
        text: #"""
            id: hd93KsQ1Zp@1770110101200-0
            event: message
            data: {"id":"Qx7Lm2Tz9a:0:0","timestamp":1770110101200,"encoding":"json","channel":"fin_agent_api:lab9x2kq:ld-0001","data":"{\"event_name\":\"fin_status_updated\",\"conversation_id\":\"ld-0001\",\"user_id\":\"u-77\",\"status\":\"escalated\",\"reason\":\"Escalation requested by user\",\"created_at_ms\":\"2026-02-03T09:15:00.480Z\"}","name":"fin_agent_event"}

            :keepalive

            id: hd93KsQ1Zp@1770110101600-2
            event: message
            data: {"id":"Qx7Lm2Tz9a:2:0","timestamp":1770110101600,"encoding":"json","channel":"fin_agent_api:lab9x2kq:ld-0001","data":"{\"event_name\":\"fin_status_updated\",\"conversation_id\":\"ld-0001\",\"user_id\":\"u-77\",\"status\":\"complete\",\"created_at_ms\":\"2026-02-03T09:15:00.512Z\"}","name":"fin_agent_event"}

            event: error
            data: {"message":"Token revoked","code":40141,"statusCode":401,"href":"https://help.ably.io/error/40141"}


            """#,
        byteCount: 901,
        sha256: "696d54ce4857459ef4ddc3a9ebb29f7b04f294a1388e74cf1c28367c77320d3d")

    static let lateReply = Sample(
        name: "S7",
        text: #"""
            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":2,"chunk_text":"It renews on","status":"replying","created_at_ms":"2026-02-03T09:15:31.010Z"}

            data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","chunk_index":3,"chunk_text":"It renews on 1 March.","status":"replying","created_at_ms":"2026-02-03T09:15:31.220Z"}

            data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-503","author":"fin","body":"<p>It renews on 1 March.</p>","timestamp_ms":"2026-02-03T09:15:31.300Z"},"status":"replying","stream_id":"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7","created_at_ms":"2026-02-03T09:15:31.312Z"}

            data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"awaiting_user_reply","created_at_ms":"2026-02-03T09:15:31.340Z"}


            """#,
        byteCount: 926,
        sha256: "33c6d0795d3725ca9f9aa2cdb7d44195e63e86497663d381ac1ec9e807087a55")
}
