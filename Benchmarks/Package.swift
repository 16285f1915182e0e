// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "finbench-benchmarks",
    dependencies: [.package(name: "finbench", path: "..")],
    targets: [
        .executableTarget(
            name: "falsealarms",
            dependencies: [.product(name: "FinMeasure", package: "finbench")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "hotpaths",
            dependencies: [.product(name: "FinWire", package: "finbench")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableExperimentalFeature("Lifetimes"),
                .treatAllWarnings(as: .error),
            ]),
    ]
)
