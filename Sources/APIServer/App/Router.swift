import Wire

/// Finds the endpoint of a request by its bytes: no text is made, nothing is hashed.
///
/// Paths without parameters stand in buckets by their length; the few with parameters are compared
/// segment by segment, literals first.
struct Router: Sendable {
    /// All endpoints of one path.
    private struct Place: Sendable {
        let path: [UInt8]
        let segments: [Segment]
        /// By method, as indices into `endpoints`.
        var methods: [(method: Method, endpoint: Int)]
    }

    private enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case parameter(String)
    }

    enum Found {
        /// Its place in `endpoints`: copying an endpoint costs more than finding it.
        case endpoint(Int, [(name: String, value: String)])
        /// The path is ours, the method is not.
        case otherMethods(allow: String)
        /// The path is ours, but a parameter in it is malformed.
        case badParameter(String)
        case nothing
    }

    let endpoints: [Endpoint]
    private var plain: [[Place]] = []
    private var parametric: [Place] = []

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        for (index, endpoint) in endpoints.enumerated() { add(endpoint, index) }
        parametric.sort { Self.literals($0) > Self.literals($1) }
    }

    func find(_ method: Method, _ path: ArraySlice<UInt8>) -> Found {
        if path.count < plain.count {
            for place in plain[path.count] where place.path.elementsEqual(path) {
                return found(place, method, [])
            }
        }
        for place in parametric {
            guard let raw = Self.match(place.segments, path) else { continue }
            var parameters: [(name: String, value: String)] = []
            for (name, bytes) in raw {
                guard let value = PercentEncoding.decode(segment: bytes) else {
                    return .badParameter(name)
                }
                parameters.append((name, value))
            }
            return found(place, method, parameters)
        }
        return .nothing
    }

    private func found(
        _ place: Place, _ method: Method, _ parameters: [(name: String, value: String)]
    ) -> Found {
        for entry in place.methods where entry.method == method {
            return .endpoint(entry.endpoint, parameters)
        }
        if method == .head { return found(place, .get, parameters) }
        return .otherMethods(allow: Self.allow(place.methods.map(\.method)))
    }

    /// Source: RFC 9110, section 10.2.1. HEAD goes with GET, OPTIONS with everything.
    private static func allow(_ methods: [Method]) -> String {
        var allowed = methods
        if methods.contains(.get) && !methods.contains(.head) { allowed.append(.head) }
        if !methods.contains(.options) { allowed.append(.options) }
        return allowed.sorted { $0.rawValue < $1.rawValue }.map(\.name.description)
            .joined(separator: ", ")
    }

    private mutating func add(_ endpoint: Endpoint, _ index: Int) {
        let path = Array(endpoint.path.utf8)
        let segments = Self.segments(endpoint.path)
        let isPlain = !segments.contains { if case .parameter = $0 { true } else { false } }
        while isPlain && plain.count <= path.count { plain.append([]) }
        var places = isPlain ? plain[path.count] : parametric
        if let known = places.firstIndex(where: { $0.path == path }) {
            precondition(
                !places[known].methods.contains { $0.method == endpoint.method },
                "Invariant: method and path name one endpoint (\(endpoint.path))")
            places[known].methods.append((endpoint.method, index))
        } else {
            places.append(
                Place(path: path, segments: segments, methods: [(endpoint.method, index)]))
        }
        if isPlain { plain[path.count] = places } else { parametric = places }
    }

    private static func segments(_ path: String) -> [Segment] {
        precondition(path.hasPrefix("/"), "Invariant: an endpoint's path begins with a slash")
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            guard $0.hasPrefix("{") && $0.hasSuffix("}") else { return .literal(Array($0.utf8)) }
            return .parameter(String($0.dropFirst().dropLast()))
        }
    }

    private static func literals(_ place: Place) -> Int {
        place.segments.count { if case .literal = $0 { true } else { false } }
    }

    /// The raw bytes of each parameter; `nil` when the path is another one. None is empty.
    private static func match(
        _ segments: [Segment], _ path: ArraySlice<UInt8>
    ) -> [(name: String, bytes: ArraySlice<UInt8>)]? {
        var parameters: [(name: String, bytes: ArraySlice<UInt8>)] = []
        var rest = path
        for segment in segments {
            guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
            let bytes = rest.prefix { $0 != UInt8(ascii: "/") }
            rest = rest[bytes.endIndex...]
            switch segment {
            case .literal(let literal): if !bytes.elementsEqual(literal) { return nil }
            case .parameter(let name):
                if bytes.isEmpty { return nil }
                parameters.append((name, bytes))
            }
        }
        return rest.isEmpty ? parameters : nil
    }
}
