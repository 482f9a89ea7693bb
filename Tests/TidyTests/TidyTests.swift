import Testing

/// What neither the compiler nor the formatter checks.
@Suite struct `The source tree` {
    /// Text, and the folders in which it may stand.
    private static let places: [(text: String, folders: [String])] = [
        ("import CLinux", ["Sources/Platform/", "Sources/APIServer/Loop/"]),
        ("import CCrypto", ["Sources/Crypto/"]),
        ("import CNGHTTP2", ["Sources/APIServer/Wire/HTTP2/", "Tests/WireTests/"]),
        ("import CSSL", ["Sources/APIServer/Wire/TLS/", "Tests/WireTests/"]),
        ("import CNATS", ["Sources/Engine/Bus/NATS/"]),
        ("import CJWT", ["Sources/APIServer/App/Identity/"]),
        ("import CZlib", ["Sources/Compression/"]),
        ("import Foundation", ["Tests/"]),
        ("import NIO", []),
        ("@unchecked Sendable", ["Sources/Platform/Guarded.swift"]),
        ("nonisolated(unsafe)", []),
        ("Date()", []),
        (".random(", ["Tests/"]),
        ("errno", ["Sources/Platform/"]),
        ("clock_gettime", ["Sources/Platform/Machine.swift"]),
        // The simulated neighbours pass over what does not read; nobody else may.
        (" try? ", ["Tests/", "Sources/Engine/Phases/", "Sources/Engine/Venue/"]),
        ("(try? ", []),
        (".disabled(", []),
        ("FIX" + "ME", []),
        ("TO" + "DO", []),
    ]

    @Test(arguments: places.indices)
    func `keeps each thing in its place`(index: Int) {
        let (text, folders) = Self.places[index]
        let files = SourceTree.files.filter { file in
            !file.path.hasPrefix("Tests/TidyTests/")
                && !folders.contains { file.path.hasPrefix($0) }
        }
        let found = SourceTree.places(of: text, in: files)
        #expect(found.isEmpty, "\(text) may stand in \(folders) only")
    }

    /// The rules are pure: no clock, no randomness, no I/O, no floats, no order of a hash table.
    @Test(arguments: [
        "import Foundation", "import Glibc", "import Dispatch", "import Synchronization",
        "import Platform", "import Engine", "Double", "Float", "print(", " Task {", " Task(",
        "async ",
        "ContinuousClock", "SystemRandomNumberGenerator", "Hasher", ".hashValue", ".now()",
    ])
    func `lets nothing impure into the domain`(text: String) {
        let domain = SourceTree.files.filter { $0.path.hasPrefix("Sources/Domain/") }
        #expect(!domain.isEmpty)
        #expect(SourceTree.places(of: text, in: domain).isEmpty)
    }

    /// `Set` and `Dictionary` may be asked, never gone through.
    @Test func `never goes through a hash table in the domain`() {
        let domain = SourceTree.files.filter { $0.path.hasPrefix("Sources/Domain/") }
        for text in ["Dictionary", ": [String: ", "= Set<", "Set("] {
            for place in SourceTree.places(of: text, in: domain) {
                let allowed = [
                    "JSON/JSONParser.swift", "Step/State.swift", "Policy/PolicyReader.swift",
                ]
                #expect(allowed.contains { place.contains($0) }, "\(place): \(text)")
            }
        }
    }

    @Test func `keeps files short enough to be read`() {
        let long = SourceTree.files.filter { $0.lines.count > 400 }.map(\.path)
        #expect(long.isEmpty, "a file of over 400 lines hides a second subject")
    }
}
