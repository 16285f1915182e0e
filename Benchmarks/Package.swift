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

let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

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
            name: "CFloors", cSettings: strictC,
            linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "HotPathKit",
            dependencies: ["CFloors", .product(name: "FinWire", package: "finbench")],
            swiftSettings: strict),
        .executableTarget(
            name: "falsealarms",
            dependencies: [.product(name: "FinMeasure", package: "finbench")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        // The other side of `scale`, the floor beside it, and what the two share.
        .target(name: "CScale", cSettings: strictC),
        .target(name: "CReferences", cSettings: strictC),
        .executableTarget(name: "scaleserver", dependencies: ["CScale"], cSettings: strictC),
        .executableTarget(
            name: "scaleclient", dependencies: ["CScale"], cSettings: strictC,
            linkerSettings: [.linkedLibrary("curl")]),
        .executableTarget(
            name: "scale",
            dependencies: [
                "CReferences", "CScale", "scaleclient", "scaleserver",
                // The command itself, built beside: two parts run it.
                .product(name: "finbench", package: "finbench"),
                .product(name: "FinDrive", package: "finbench"),
                .product(name: "FinLoop", package: "finbench"),
                .product(name: "FinMeasure", package: "finbench"),
                .product(name: "FinProfile", package: "finbench"),
                .product(name: "FinReport", package: "finbench"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "hotpaths",
            dependencies: [
                "HotPathKit", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "FinWire", package: "finbench"),
            ],
            swiftSettings: strict),
    ]
)
