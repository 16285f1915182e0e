// swift-tools-version: 6.2
import PackageDescription

// By itself, as the plugin's tools take a minute to build, which `hotpaths` does without.
let package = Package(
    name: "finbench-suites",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "finbench-benchmarks", path: ".."),
        // Without its malloc interposer, so its malloc counts would read 0 whatever happened.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "HotPathSuites",
            dependencies: [
                .product(name: "HotPathKit", package: "finbench-benchmarks"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            // The plugin looks for targets in a folder of this name.
            path: "Benchmarks/HotPathSuites",
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
