import Foundation
import TestSupport
import Testing

/// The operations of `openapi/titan.yaml`, read line by line: as much of YAML as the document uses
/// for its paths. (Whether all of it is OpenAPI is for the validator of the release gate.)
struct OpenAPIDocument {
    struct Operation: Hashable {
        let method: String
        let path: String
        var operationID = ""
        var summary = ""
        var statuses: [Int] = []
        /// Whether it needs no token.
        var isOpen = false
    }

    private(set) var operations: [Operation] = []
    /// The words of each `enum` that stands on lines of its own or in brackets, by schema.
    private(set) var words: [String: [String]] = [:]

    init() throws {
        let file = repositoryRoot.appending(path: "openapi/titan.yaml")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let split = try #require(lines.firstIndex(of: "components:"))
        readPaths(lines[..<split])
        readSchemas(lines[split...])
    }

    private mutating func readPaths(_ lines: ArraySlice<Substring>) {
        var path = ""
        for line in lines {
            let depth = line.prefix { $0 == " " }.count
            let text = line.dropFirst(depth)
            if depth == 2 && text.hasPrefix("/") {
                path = String(text.dropLast())
            } else if depth == 4, text.hasSuffix(":"), !path.isEmpty {
                operations.append(Operation(method: text.dropLast().uppercased(), path: path))
            } else if !operations.isEmpty, depth == 6 || depth == 8 {
                readDetail(text, depth)
            }
        }
    }

    private mutating func readDetail(_ text: Substring, _ depth: Int) {
        let last = operations.count - 1
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count >= 1 else { return }
        let value = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        switch (depth, parts[0]) {
        case (6, "operationId"): operations[last].operationID = value
        case (6, "summary"): operations[last].summary = value
        case (6, "security"): operations[last].isOpen = value == "[]"
        case (8, let key) where key.hasPrefix("'"):
            if let status = Int(key.dropFirst().dropLast()) {
                operations[last].statuses.append(status)
            }
        default: break
        }
    }

    private mutating func readSchemas(_ lines: ArraySlice<Substring>) {
        var (schema, isList) = ("", false)
        for line in lines {
            let depth = line.prefix { $0 == " " }.count
            let text = line.dropFirst(depth)
            if depth == 4, text.hasSuffix(":") { schema = String(text.dropLast()) }
            if depth == 6, text.hasPrefix("enum: [") {
                words[schema] = text.dropFirst(7).dropLast().split(separator: ",").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            }
            if depth == 6 { isList = text == "enum:" }
            if isList, depth == 8, text.hasPrefix("- ") {
                words[schema, default: []].append(String(text.dropFirst(2)))
            }
        }
    }
}
