import Domain

/// The publishes that NATS has neither confirmed nor denied, oldest first.
struct Unconfirmed {
    typealias Outcome = @Sendable (PublishOutcome) -> Void

    private var entries: [UInt64: (deadline: Int64, outcome: Outcome)] = [:]
    /// Numbers in the order of their deadlines; some may be settled already.
    private var order: [UInt64] = []
    private var offset = 0
    private var last: UInt64 = 0

    var count: Int { entries.count }

    /// When the oldest has waited long enough.
    var deadline: Int64? { offset < order.count ? entries[order[offset]]?.deadline : nil }

    mutating func nextNumber() -> UInt64 {
        last += 1
        return last
    }

    mutating func insert(_ number: UInt64, until deadline: Int64, _ outcome: @escaping Outcome) {
        entries[number] = (deadline, outcome)
        order.append(number)
    }

    mutating func settle(_ number: UInt64) -> Outcome? {
        let outcome = entries.removeValue(forKey: number)?.outcome
        while offset < order.count, entries[order[offset]] == nil { offset += 1 }
        if offset > 1_024, offset * 2 > order.count {
            order.removeFirst(offset)
            offset = 0
        }
        return outcome
    }

    mutating func removeAll() -> [Outcome] {
        let outcomes = order[offset...].compactMap { entries[$0]?.outcome }
        entries = [:]
        order = []
        offset = 0
        return outcomes
    }
}

extension PublishOutcome {
    /// What a stream's answer says: `{"stream","seq","duplicate"}` or `{"error":{"description"}}`.
    init(_ answer: NATSMessage) {
        if answer.header("Status") == "503" {
            self = .refused("no stream takes the subject")
            return
        }
        do throws(JSONError) {
            let json = try JSON.parse(answer.payload)
            if let error = json["error"] {
                self = .refused(error["description"]?.text ?? "refused without a reason")
            } else if let sequence = json["seq"]?.integer, sequence > 0 {
                let duplicate = json["duplicate"]?.bool ?? false
                self = .stored(sequence: UInt64(sequence), duplicate: duplicate)
            } else {
                self = .unknown("the stream's answer names no sequence")
            }
        } catch {
            self = .unknown("the stream's answer is unreadable: \(error)")
        }
    }
}
