#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// What a call was answered with.
struct CallAnswer {
    let status: UInt16
    let body: [UInt8]
    /// Which step of its scenario was answered, from 1.
    var step = 1

    /// The body as a value; nil where it is none of these.
    func decoded<Value: Decodable>(as type: Value.Type) -> Value? {
        try? JSONDecoder().decode(type, from: Data(body))
    }
}
