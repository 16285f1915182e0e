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

let package = Package(
    name: "finbench-benchmarks",
    products: [
        // For the package in Suites alone.
        .library(name: "HotPathKit", targets: ["HotPathKit"])
    ],
    dependencies: [
        .package(name: "finbench", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(
            name: "CFloors", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "HotPathKit",
            dependencies: ["CFloors", .product(name: "FinWire", package: "finbench")],
            swiftSettings: strict),
        .executableTarget(
            name: "falsealarms",
            dependencies: [.product(name: "FinMeasure", package: "finbench")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "hotpaths",
            dependencies: [
                "HotPathKit", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "FinWire", package: "finbench"),
            ],
            swiftSettings: strict),
    ]
)
