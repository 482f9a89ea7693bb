/// What one embedded consumer has been given and has not yet acknowledged.
struct DurableConsumer {
    struct Pending {
        let sequence: UInt64
        var deliveries: Int
        /// When it comes again.
        var deadline: Int64
    }

    enum Step {
        case deliver(sequence: UInt64, deliveries: Int)
        /// Delivered as often as allowed; it will not come again.
        case exhausted(sequence: UInt64, deliveries: Int)
    }

    let specification: ConsumerSpecification
    let filter: SubjectFilter
    let subscriber: Int
    /// The first message of the stream that has not been looked at.
    private var next: UInt64 = 1
    /// In order of their sequences.
    private var pending: [Pending] = []
    /// No deadline is earlier than this.
    private var earliest = Int64.max

    init(_ specification: ConsumerSpecification, subscriber: Int) throws(BusError) {
        try specification.check()
        self.specification = specification
        filter = try SubjectFilter(specification.filter)
        self.subscriber = subscriber
    }

    /// Nothing is due before that time. May be early, when what was due then has been settled.
    var nextWake: Int64? { earliest == .max ? nil : earliest }

    /// This consumer is done with everything up to here.
    var released: UInt64 { (pending.first?.sequence ?? next) - 1 }

    /// Forgets a message. Returns whether it was pending.
    mutating func settle(_ sequence: UInt64) -> Bool {
        guard let index = index(of: sequence) else { return false }
        pending.remove(at: index)
        return true
    }

    mutating func delay(_ sequence: UInt64, until time: Int64) {
        guard let index = index(of: sequence) else { return }
        pending[index].deadline = time
        earliest = min(earliest, time)
    }

    /// What is due: first what comes again, then what is new.
    mutating func due(in stream: borrowing StoredStream, at now: Int64) -> [Step] {
        again(in: stream, at: now) + fresh(in: stream, at: now)
    }

    private mutating func again(in stream: borrowing StoredStream, at now: Int64) -> [Step] {
        guard earliest <= now else { return [] }
        var steps: [Step] = []
        var kept: [Pending] = []
        earliest = .max
        for var entry in pending {
            if entry.deadline <= now {
                if stream[entry.sequence] == nil { continue }
                guard entry.deliveries < specification.deliveriesMaximum else {
                    steps.append(
                        .exhausted(sequence: entry.sequence, deliveries: entry.deliveries))
                    continue
                }
                entry.deliveries += 1
                entry.deadline = now + specification.acknowledgeWaitMicroseconds
                steps.append(.deliver(sequence: entry.sequence, deliveries: entry.deliveries))
            }
            earliest = min(earliest, entry.deadline)
            kept.append(entry)
        }
        pending = kept
        return steps
    }

    private mutating func fresh(in stream: borrowing StoredStream, at now: Int64) -> [Step] {
        var steps: [Step] = []
        next = max(next, stream.firstSequence)
        while pending.count < specification.pendingMaximum, next < stream.nextSequence {
            defer { next += 1 }
            guard let entry = stream[next], filter.matches(entry.message.subject) else { continue }
            let deadline = now + specification.acknowledgeWaitMicroseconds
            pending.append(Pending(sequence: next, deliveries: 1, deadline: deadline))
            earliest = min(earliest, deadline)
            steps.append(.deliver(sequence: next, deliveries: 1))
        }
        return steps
    }

    private func index(of sequence: UInt64) -> Int? {
        var low = 0
        var high = pending.count
        while low < high {
            let middle = (low + high) / 2
            if pending[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < pending.count && pending[low].sequence == sequence ? low : nil
    }
}
