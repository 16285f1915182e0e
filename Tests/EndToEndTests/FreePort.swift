import Glibc
import Testing

/// A port of this machine that was free a moment ago.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Safe: the address lives for both calls, which are told its size.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
            unsafe bind(descriptor, plain, length) == 0
                && getsockname(descriptor, plain, &length) == 0
        }
    }
    try #require(isBound, "no port is free")
    return UInt16(bigEndian: address.sin_port)
}
