// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let strictC: [CSetting] = [
    .treatAllWarnings(as: .error)
]

let package = Package(
    name: "finbench",
    products: [
        .executable(name: "finbench", targets: ["finbench"]),
        .library(name: "FinWire", targets: ["FinWire"]),
        .library(name: "FinMeasure", targets: ["FinMeasure"]),
        .library(name: "FinProfile", targets: ["FinProfile"]),
        .library(name: "FinLoop", targets: ["FinLoop"]),
        .library(name: "FinDrive", targets: ["FinDrive"]),
        .library(name: "FinReport", targets: ["FinReport"]),
        .library(name: "FinSimulator", targets: ["FinSimulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(
            url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // pure: no I/O
        .target(name: "CFinScan", cSettings: strictC),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "FinWire", dependencies: ["CFinScan", "COpenSSL"], swiftSettings: strict),
        .target(
            name: "FinMeasure",
            dependencies: [.product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict),
        .target(
            name: "FinProfile",
            dependencies: ["FinMeasure", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),

        // machine: the only system calls of the load path
        .target(
            name: "CFinShims",
            cSettings: strictC,
            linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "FinLoop", dependencies: ["CFinShims", "FinMeasure"], swiftSettings: strict),

        // work: never import each other
        .target(
            name: "FinDrive",
            dependencies: [
                "FinLoop", "FinMeasure", "FinProfile", "FinWire",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "FinSimulator",
            dependencies: [
                "FinLoop", "FinMeasure", "FinProfile", "COpenSSL",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "FinWebhooks",
            dependencies: [
                "COpenSSL", "FinLoop", "FinMeasure", "FinWire",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "FinReport",
            dependencies: [
                "CZlib", "FinMeasure", "FinProfile", "FinWire",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [
                .embedInCode("HTML/page.mustache"), .embedInCode("HTML/run.mustache"),
                .embedInCode("HTML/page.css"), .embedInCode("HTML/chart.css"),
            ],
            swiftSettings: strict),

        // door
        .executableTarget(
            name: "finbench",
            dependencies: [
                "FinDrive", "FinLoop", "FinMeasure", "FinProfile", "FinReport", "FinSimulator",
                "FinWebhooks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),

        // tests: one target a module, and three that look at the whole
        .target(
            name: "CAllocationCounter", path: "Tests/CAllocationCounter", cSettings: strictC),
        .target(
            name: "FinTestSupport", dependencies: ["CAllocationCounter", "FinMeasure", "FinWire"],
            path: "Tests/FinTestSupport", swiftSettings: strict),
        // keeps tests that compute away from tests that wait
        .target(
            name: "FinTestThreads", path: "Tests/FinTestThreads", swiftSettings: strict),
        // the parser test kit by itself: a million cases in release, and the libFuzzer targets
        .executableTarget(
            name: "wirecases", dependencies: ["FinTestSupport", "FinWire"],
            path: "Tests/WireCases", swiftSettings: strict),
        .testTarget(
            name: "FinMeasureTests", dependencies: ["FinMeasure", "FinTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FinWireTests",
            dependencies: [
                "CFinScan", "COpenSSL", "FinMeasure", "FinTestSupport", "FinTestThreads", "FinWire",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FinProfileTests",
            dependencies: ["FinMeasure", "FinProfile", "FinTestSupport", "FinTestThreads"],
            swiftSettings: strict),
        .testTarget(
            name: "FinReportTests",
            dependencies: [
                "FinMeasure", "FinProfile", "FinReport", "FinTestSupport", "FinTestThreads",
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: strict),
        .testTarget(
            name: "FinLoopTests", dependencies: ["FinLoop", "FinMeasure", "FinTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FinDriveTests",
            dependencies: [
                "FinDrive", "FinLoop", "FinMeasure", "FinProfile", "FinTestSupport", "FinWire",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FinSimulatorTests",
            dependencies: [
                "FinLoop", "FinMeasure", "FinProfile", "FinSimulator", "FinTestSupport",
                "FinTestThreads",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FinWebhooksTests",
            dependencies: [
                "FinMeasure", "FinTestSupport", "FinTestThreads", "FinWebhooks", "FinWire",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FinbenchTests",
            dependencies: [
                "FinDrive", "FinLoop", "FinMeasure", "FinTestSupport", "FinWire", "finbench",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TidyTests", dependencies: ["FinTestThreads"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["finbench", "FinMeasure", "FinReport", "FinTestThreads"],
            exclude: ["Servers"], swiftSettings: strict),
    ]
)
