/// A known signature, computed independently of this code.
public struct SignatureVector: Sendable, CustomStringConvertible {
    /// What it is called where it is published.
    public let name: String
    /// The key, as text.
    public let secret: String
    /// What is signed before the message and a colon; nil for most schemes.
    public var timestamp: String?
    /// What is signed.
    public let message: String
    /// As the header carries it.
    public let signature: String

    /// Its name, as tests show it.
    public var description: String { name }
}

extension SignatureVector {
    /// Of Fin Agent API webhooks.
    public static let finWebhook = [
        SignatureVector(
            name: "A1", secret: #"fin-signing-secret-0001"#,
            message:
                #"{"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"escalated","reason":"Routed to team","created_at_ms":"2026-02-03T09:15:07.900Z"}"#,
            signature: "sha256=271cb0537cd83e59eb9e2c4970f5e6162b20dbbbddcd673248934ecce4e03aa4"),
        SignatureVector(
            name: "A2", secret: #"fin-signing-secret-0001"#,
            message:
                #"{"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-777","author":"fin","body":"<p>Café costs 3 € – 日本語 OK</p>","timestamp_ms":"2026-02-03T09:15:08.001Z"},"status":"replying","created_at_ms":"2026-02-03T09:15:08.013Z"}"#,
            signature: "sha256=f4614c1e1867a7497a473cacae7f719dc65f9a7980bae5f6c25af60fec23495f"),
        SignatureVector(
            name: "A3", secret: #"fin-signing-secret-0001"#,
            message:
                #"{"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"escalated","reason":"Routed to team","created_at_ms":"2026-02-03T09:15:07.900Z"}\#n"#,
            signature: "sha256=41073b4373a9d5688bbb3a92048c2b2726e602be7bdad242e18aed1fe38ff306"),
        SignatureVector(
            name: "A4",
            secret:
                #"kkkkkkkkkkkkkkkkkkkk-signing-secret-longer-than-one-sha256-block-of-64-bytes-zzzzzzzzzz"#,
            message: #""#,
            signature: "sha256=27f315298f84797760eff8e5cd82669b4865177fe83702d9d63bf0ac79ea8d41"),
        SignatureVector(
            name: "public sample", secret: #"secret"#,
            message: #"Message"#,
            signature: "sha256=aa747c502a898200f9e4fa21bac68136f886a0e27aec70ba06daf2e2a5cb5597"),
    ]

    /// Of standard topics.
    public static let hub = [
        SignatureVector(
            name: "B1", secret: #"client-secret-abc"#,
            message:
                #"{"type":"notification_event","topic":"procedure.hitl_notification.created","id":"notif_0001","app_id":"lab9x2kq","created_at":1770110000,"delivery_attempts":1,"first_sent_at":1770110000,"data":{"type":"notification_event_data","item":{"type":"procedure.hitl_notification","conversation_id":"9001","step_id":"st-1"}}}"#,
            signature: "sha1=be6dda2161997813bda7cd38cc724aa3c1b26065"),
        SignatureVector(
            name: "B2", secret: #"client-secret-abc"#,
            message:
                #"{"type":"notification_event","topic":"data_connector.execution.completed","id":"notif_0002","app_id":"lab9x2kq","created_at":1770110001,"delivery_attempts":2,"first_sent_at":1770110001,"data":{"type":"notification_event_data","item":{"type":"data_connector.execution","id":"55","success":true,"http_status":200,"error_type":null}}}"#,
            signature: "sha1=03fa41418f9e6f5e2fc84ce349d3e3ce81a93e75"),
        SignatureVector(
            name: "B3", secret: #"client-secret-abc"#,
            message: #"{"type":"notification_event","topic":"ping"}"#,
            signature: "sha1=08a4ed3b6dd04defca13c2ac99107761ffc6cda6"),
        SignatureVector(
            name: "B4", secret: #"ключ-✓"#,
            message: #"{"note":"naïve"}"#,
            signature: "sha1=d81a070f215db6f7c35de7fbc8d56fb3dbe6a05d"),
    ]

    /// Of users, by identity verification.
    public static let userHash = [
        SignatureVector(
            name: "C1", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"u-77"#,
            signature: "338e7ca17c38e91bd159f287ed296bdaed1cba327e697b11e4ae80a0edc1aa93"),
        SignatureVector(
            name: "C2", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"900001"#,
            signature: "bfb89003673e8d21a896b29a0faa630fed7fc7f3969a4659197517226dbd8af8"),
        SignatureVector(
            name: "C3", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"jo@example.test"#,
            signature: "fde330064c25ad0426455f1fb037242689512a47864b2f2e7800a06e495dfc56"),
        SignatureVector(
            name: "C4", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"usuário-1"#,
            signature: "a18f3fdb94ed660c530dc2d5e4817344c86120467b4a4d2d2a67a664c949f09d"),
    ]

    /// The same under the decoded secret.
    public static let userHashOfDecodedSecret = [
        SignatureVector(
            name: "C1 decoded", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"u-77"#,
            signature: "348b4de7b33a9c9cd1fe72e4c69dd21dd1288471762235f0c4da6b622f93971b"),
        SignatureVector(
            name: "C2 decoded", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"900001"#,
            signature: "440cb56cb7cece01b2689f0ac3b46c851d25d08226050b3036d6443352af2d50"),
        SignatureVector(
            name: "C3 decoded", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"jo@example.test"#,
            signature: "a83c72d187f0ee1309501d92b3ca020e7bb949eb46ad63ccaaf792dc1b3ffe8d"),
        SignatureVector(
            name: "C4 decoded", secret: #"Z-FVDMR5KZI16C48ahCziPle96eahvfdkQ8D09_zHmM"#,
            message: #"usuário-1"#,
            signature: "8b969706b900ef1bd08f093fb2d2cb118d9b0205e582e146396a73b084ee1d45"),
    ]

    /// Of the Custom Helpdesk.
    public static let helpdesk = [
        SignatureVector(
            name: "D1", secret: #"helpdesk-hmac-key-1"#, timestamp: "1770110107",
            message: #"{"conversation_id":"conv_9","after_id":"msg_41"}"#,
            signature: "ba356559e2b200064bf56d6d1608cdf7c1dba0f0bdc4ea468aa0bddec090d47d"),
        SignatureVector(
            name: "D2", secret: #"helpdesk-hmac-key-1"#, timestamp: "1770110107",
            message: #"{"object_id":"880","name":"Zoë","email":null}"#,
            signature: "c58f796dfc5050190716fb4cf9aa65784e6d4038a8227c986c22940b09b6a36a"),
        SignatureVector(
            name: "D3", secret: #"helpdesk-hmac-key-1"#, timestamp: "1770110200",
            message: #"after_id=msg_41&conversation_id=conv_9"#,
            signature: "e56d151facc1b0a7d7cad6b36c147864b1b3aa2ae05b1f59a7d3fb30fc6a7a47"),
        SignatureVector(
            name: "D4", secret: #"helpdesk-hmac-key-1"#, timestamp: "1770110201",
            message: #""#,
            signature: "fb9b7540ee00be6da42d5395645166f5cbc6fdf1aa739458670f02308b4e3a0a"),
    ]
}
