// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of ours compiles under the same rules.
let house: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "titan",
    products: [.executable(name: "titan", targets: ["titan"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        // C as it is: one module per library, imported by one folder of ours.
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CJWT", pkgConfig: "libjwt", providers: [.apt(["libjwt-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Linux as Swift sees it: descriptors, epoll, threads, one lock.
        .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: house),

        // zlib as Swift sees it: bytes packed and unpacked.
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: house),

        // Domain is pure: no clock, no I/O, no Foundation. Engine is the shell around it.
        .target(name: "Crypto", dependencies: ["CCrypto"], swiftSettings: house),
        .target(name: "Domain", dependencies: ["Crypto"], swiftSettings: house),
        .target(
            name: "Engine",
            dependencies: ["CNATS", "Compression", "Crypto", "Domain", "Platform"],
            swiftSettings: house),

        // The server: bytes without sockets, sockets without bytes, and the app joining them.
        .target(
            name: "Wire", dependencies: ["CNGHTTP2", "CSSL", "Compression"],
            path: "Sources/APIServer/Wire",
            swiftSettings: house),
        .target(
            name: "Loop", dependencies: ["Platform"], path: "Sources/APIServer/Loop",
            swiftSettings: house),
        .target(
            name: "APIServer",
            dependencies: ["CJWT", "Crypto", "Domain", "Engine", "Loop", "Platform", "Wire"],
            path: "Sources/APIServer/App", swiftSettings: house),

        .executableTarget(
            name: "titan",
            dependencies: [
                "APIServer", "Crypto", "Domain", "Engine", "Loop", "Platform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),

        .executableTarget(
            name: "titan-bench", dependencies: ["Crypto", "Domain", "Engine", "Platform"],
            path: "Benchmarks/Titan", swiftSettings: house),

        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: house),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto"], swiftSettings: house),
        .testTarget(
            name: "DomainTests", dependencies: ["Crypto", "Domain", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: house),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Crypto", "Domain", "Engine", "Platform", "TestSupport"],
            swiftSettings: house),
        .testTarget(name: "LoopTests", dependencies: ["Loop", "Platform"], swiftSettings: house),
        .testTarget(
            name: "WireTests", dependencies: ["CNGHTTP2", "CSSL", "Crypto", "TestSupport", "Wire"],
            swiftSettings: house),
        .testTarget(
            name: "APIServerTests",
            dependencies: [
                "APIServer", "Crypto", "Domain", "Engine", "Loop", "Platform", "TestSupport",
                "Wire",
            ],
            exclude: ["Golden"],
            swiftSettings: house),
        .testTarget(
            name: "TitanTests",
            dependencies: [
                "APIServer", "Domain", "Engine", "Platform", "TestSupport", "titan",
            ],
            swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
