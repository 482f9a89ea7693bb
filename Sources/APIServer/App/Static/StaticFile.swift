import Wire

/// One file of the console, in every coding that lies there.
struct StaticFile: Sendable {
    /// In the order of `ContentCoding`, so that of equal wishes the most compact is granted.
    private let representations: [StaticRepresentation]
    private let notAcceptable: Response

    /// - Parameters:
    ///   - codings: The same bytes, coded.
    ///   - isFallback: Whether it stands for addresses of which there is no file.
    init(
        path: String, bytes: [UInt8], codings: [ContentCoding: [UInt8]] = [:],
        isFallback: Bool = false
    ) {
        let vary = ResponseField(
            "vary", isFallback ? "accept-encoding, accept, sec-fetch-mode" : "accept-encoding")
        let common =
            [vary, ResponseField("cache-control", .constant(Self.caching(of: path)))]
            + SecurityFields.all
        var all = codings
        all[.identity] = bytes
        representations = ContentCoding.allCases.compactMap { coding in
            all[coding].map {
                StaticRepresentation($0, coding, type: MediaType.of(path), common: common)
            }
        }
        notAcceptable = Response(status: 406, fields: [vary] + SecurityFields.all)
    }

    func respond(to request: Request) -> Response {
        let accepted = WeightedList("accept-encoding", in: request.fields)
        var best: (representation: StaticRepresentation, weight: Int)?
        for representation in representations {
            let weight = representation.coding.weight(in: accepted)
            if weight > best?.weight ?? 0 { best = (representation, weight) }
        }
        return best?.representation.respond(to: request) ?? notAcceptable
    }

    /// A hashed name never changes its content; any other is asked for anew each time.
    private static func caching(of path: String) -> StaticString {
        isHashed(path) ? "public, max-age=31536000, immutable" : "no-cache"
    }

    /// Whether the name ends, before its extension, in the eight characters that a bundler makes of
    /// the content. In doubt, as with a date, it does not: the file is only asked for more often.
    static func isHashed(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(whereSeparator: { $0 == "-" || $0 == "." }).dropLast()
        guard parts.count >= 2, let hash = parts.last, hash.utf8.count == 8 else { return false }
        let digits = hash.utf8.count { (0x30...0x39).contains($0) }
        let capitals = hash.utf8.count { (0x41...0x5A).contains($0) }
        return digits < 8 && (digits + capitals == 8 || digits > 0)
    }
}
