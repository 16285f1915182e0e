import FinWire
import Foundation
import HotPathKit

/// Foundation's JSONDecoder over the events of a corpus.
struct DecoderPeer {
    private let documents: [Data]
    private let expected: [EventFields]
    private let decoder = JSONDecoder()

    init(_ corpus: EventCorpus) {
        documents = corpus.dataRanges.map { Data(corpus.bytes[$0]) }
        expected = corpus.expected
    }

    /// Decodes the fields that the scan gives, without the text.
    func decodesFields() -> Bool {
        zip(documents, expected).allSatisfy { document, expected in
            guard let event = try? decoder.decode(Event.self, from: document) else { return false }
            return event.isExpected(expected)
        }
    }

    /// Decodes the text too, which the scan compares with the chunk before it.
    func decodesText() -> Bool {
        zip(documents, expected).allSatisfy { document, expected in
            guard let event = try? decoder.decode(TextEvent.self, from: document) else {
                return false
            }
            let hasText = event.chunk_text?.isEmpty == false
            return hasText == (expected.name == .replyChunk)
        }
    }

    // Named as in the JSON: no key is converted, which would cost the decoder more.
    private struct Event: Decodable {
        struct Message: Decodable { let id: String }

        let event_name: String
        let status: String?
        let reason: String?
        let conversation_id: String
        let stream_id: String?
        let chunk_index: Int?
        let message: Message?
        let created_at_ms: String

        func isExpected(_ fields: EventFields) -> Bool {
            chunk_index == fields.chunkIndex.map(Int.init)
                && (message != nil) == (fields.messageID != nil) && created_at_ms.utf8.count == 24
        }
    }

    private struct TextEvent: Decodable {
        let event_name: String
        let status: String?
        let reason: String?
        let conversation_id: String
        let stream_id: String?
        let chunk_index: Int?
        let chunk_text: String?
        let message: Event.Message?
        let created_at_ms: String
    }
}
