import Crypto
import Domain
import Platform
import Wire

extension Services {
    var decisionList: Endpoint {
        Endpoint(
            .get, "/api/v1/decisions", operationID: "listDecisions",
            summary: "Lists the latest decisions, the newest first",
            answers: [
                (200, "One page"), (400, "Something is wrong"),
                (401, "No token, or one that does not hold"),
                (403, "The person's roles do not allow it"), (503, "Not now"),
            ],
            handler: .view(.view) { call, _ throws(APIError) -> Response in
                let wanted = try WantedDecisions(call.request)
                let view = try view().view
                let page = feed.shelf.list(
                    before: wanted.before, limit: wanted.limit, matches: wanted.match)
                var json = JSONWriter()
                json.beginObject()
                json.key("decisions")
                json.beginArray()
                for decision in page.found {
                    json.raw(decision.json(under: view, binary: binary.hex))
                }
                json.endArray()
                json.key("next")
                if page.more, let last = page.found.last {
                    json.string(String(last.record.sequence))
                } else {
                    json.null()
                }
                json.endObject()
                return .json(200, json.bytes)
            })
    }

    var decision: Endpoint {
        Endpoint(
            .get, "/api/v1/decisions/{id}", operationID: "getDecision",
            summary: "Shows one decision with every check",
            answers: [
                (200, "The decision"), (400, "Something is wrong"),
                (401, "No token, or one that does not hold"),
                (403, "The person's roles do not allow it"),
                (404, "No such decision among those in memory"), (503, "Not now"),
            ],
            handler: .view(.view) { call, _ throws(APIError) -> Response in
                let id = call["id"]
                guard let sequence = Identifier.sequence(of: id),
                    Identifier.decision(sequence) == id
                else { throw .bad("id", "dec- and twelve digits") }
                let view = try view().view
                guard let decision = feed.shelf.decision(sequence) else {
                    throw APIError(
                        .notFound, code: "decision_not_found",
                        message: "No decision \(id) among the latest "
                            + "\(Limits.App.decisionsMaximum); `titan why` reads the journal")
                }
                return .json(200, decision.json(under: view, binary: binary.hex))
            })
    }
}

/// Which decisions a list is to show.
private struct WantedDecisions {
    let before: UInt64
    let limit: Int
    private var verdict: Bool?
    private var phase: Int64?
    private var symbol: [UInt8]?
    private var code: Check?

    init(_ request: Request) throws(APIError) {
        let query = try Query(
            request, parameters: ["after", "code", "limit", "phase", "symbol", "verdict"])
        let most = Int64(Limits.App.pageMaximum)
        limit = Int(try query.number("limit", in: 1...most) ?? Int64(Limits.App.pageDefault))
        before = try query.number("after", in: 0...999_999_999_999_999).map(UInt64.init) ?? .max
        verdict = try query.word("verdict", of: ["approved", "denied"]).map { $0 == 0 }
        phase = try query.number("phase", in: 0...3)
        code = try query.word("code", of: Check.allCases.map { "\($0.name)" })
            .map { Check.allCases[$0] }
        if let text = query["symbol"] {
            guard (2...24).contains(text.utf8.count), text.utf8.allSatisfy(Self.isSymbol) else {
                throw .bad("symbol", "a symbol such as BTC/USDT")
            }
            symbol = Self.plain(text)
        }
    }

    func match(_ decision: DecisionRecord) -> Bool {
        (verdict == nil || verdict == decision.approved)
            && (phase == nil || phase == decision.phase)
            && (code.map { decision.failures.rawValue & 1 << Int64($0.rawValue) != 0 } ?? true)
            && (symbol == nil || symbol == Self.plain(decision.symbol))
    }

    private static func isSymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, UInt8(ascii: "/"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// The symbol in the one spelling that all have in common.
    private static func plain(_ symbol: String) -> [UInt8] {
        symbol.utf8.filter { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "_") }
    }
}
