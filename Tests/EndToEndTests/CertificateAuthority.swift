import Foundation
import Testing

/// A private certificate authority, made with the `openssl` command for one test.
struct CertificateAuthority {
    /// A certificate and its key, both PEM files.
    struct Leaf {
        let certificate: String
        let key: String
        fileprivate let folder: TemporaryFolder

        /// What makes a peer server speak TLS with it.
        var options: [String] { ["--cert", certificate, "--key", key] }
    }

    /// The command; nil where it is not installed.
    static let openssl = Tool.path("openssl")

    private let folder: TemporaryFolder
    /// The authority's own certificate, a PEM file.
    var file: String { "\(folder.path)/ca.pem" }

    init() async throws {
        folder = try TemporaryFolder()
        try await openssl(
            "req -x509 \(Self.newKey) -keyout \(folder.path)/ca.key -out \(file) -days 2 "
                + "-subj /CN=finbench-test-authority -addext basicConstraints=critical,CA:TRUE")
    }

    /// Signs a leaf.
    ///
    /// - Parameters:
    ///   - names: the subject's alternative names, as openssl writes them.
    ///   - days: until it expires; below zero: it already has.
    func leaf(_ names: String, days: Int = 2) async throws -> Leaf {
        let stem = "\(folder.path)/leaf\(days)"
        let leaf = Leaf(certificate: "\(stem).pem", key: "\(stem).key", folder: folder)
        try await openssl(
            "req \(Self.newKey) -keyout \(leaf.key) -out \(stem).csr -subj /CN=finbench-test "
                + "-addext subjectAltName=\(names)")
        try await openssl(
            "x509 -req -in \(stem).csr -CA \(file) -CAkey \(folder.path)/ca.key "
                + "-CAcreateserial -days \(days) -copy_extensions copy -out \(leaf.certificate)")
        return leaf
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    private func openssl(_ line: String) async throws {
        let program = try #require(Self.openssl)
        let words = line.split(separator: " ").map(String.init)
        let result = try await Command.run(program, arguments: words)
        try #require(result.status == 0, "openssl \(line): \(result.errors)")
    }
}
