public import Foundation
public import Testing

/// The repository's root, found from this file.
public let repositoryRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Expects `text` to be what the repository's file at `path` says.
///
/// `make golden` writes the file instead; read the diff before you commit it.
public func expectGolden(
    _ text: String, at path: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = repositoryRoot.appending(path: path)
    guard ProcessInfo.processInfo.environment["GOLDEN"] == "update" else {
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text == golden, "make golden accepts this", sourceLocation: sourceLocation)
        return
    }
    try text.write(to: file, atomically: true, encoding: .utf8)
}
