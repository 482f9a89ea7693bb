public import Domain
import Platform

/// An exchange on paper: sees and sends bytes only, and keeps books of its own.
///
/// It trusts nobody: every command is checked for shape, signature, policy, age, halt epoch and
/// sense, and an order comes to life once. Whatever it says has been made durable before.
public struct PaperVenue: Participant {
    let configuration: VenueConfiguration
    let messages: PaperMessages
    private let store: any VenueStore
    /// Changed by `record` alone.
    private(set) var books: PaperBooks
    /// Records that `commit` has yet to make durable.
    private var unsaved: [PaperRecord] = []
    /// What is to leave after them.
    var output = ParticipantOutput()
    /// One a symbol, in the configuration's order.
    var ladders: [Ladder]
    var market: SplitMix
    var faults: PaperFaults
    /// The number of the latest snapshot.
    private var sequence: Int64
    private var nextSnapshot: Int64

    /// Goes on from what the store holds; an account without a past is opened at `start`.
    public init(
        _ configuration: VenueConfiguration, store: any VenueStore, start: Timestamp
    ) throws(VenueStoreError) {
        var books = PaperBooks()
        var isNew = true
        for (index, bytes) in try store.recover().enumerated() {
            guard let frame = BinaryDecoder.decode(PaperFrame.self, from: bytes) else {
                throw .corrupt(file: "the venue's books", offset: index, what: "no such frame")
            }
            for record in frame.records { books.apply(record) }
            isNew = false
        }
        if isNew {
            books.cash = configuration.cash
            books.tag = String(start.milliseconds, radix: 36)
            var frame = PaperFrame()
            frame.records = [.opened(books)]
            try store.append(BinaryEncoder.encode(frame))
        }
        self.configuration = configuration
        self.store = store
        messages = PaperMessages(venue: configuration.venue, account: configuration.account)
        sequence = books.sequence
        nextSnapshot = start.microseconds
        ladders = configuration.symbols.map { _ in Ladder() }
        // Its past is part of the seed, so that a restart does not repeat the same sizes.
        let seed = configuration.seed &+ UInt64(bitPattern: books.executions &+ books.sequence)
        market = SplitMix(seed: seed, stream: "venue")
        faults = PaperFaults(
            configuration.faults, random: SplitMix(seed: seed, stream: "faults"), start: start)
        self.books = books
    }

    public var subscriptions: [ParticipantSubscription] {
        [
            .durable(
                ConsumerSpecification(
                    stream: "TITAN_CMD", durable: "EXECUTION_CORE", filter: "titan.cmd.execution.>")
            ),
            .core("titan.cmd.sys.halt.v1"),
            .core("titan.data.market.ticker.v1.>"),
        ]
    }

    public var nextWake: Int64? {
        var wake = min(nextSnapshot, faults.nextWake ?? .max)
        for order in books.orders {
            if !order.accepted { wake = min(wake, order.activates.microseconds) }
            if order.isForeign { wake = min(wake, order.expires.microseconds) }
        }
        return wake
    }

    public mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
        if message.subject.hasPrefix("titan.cmd.execution.") {
            take(command: message, at: time)
            // Dealt with either way: a refused one would not be taken the next time either.
            if let token = message.token { output.acknowledged.append(token) }
        } else if message.subject == "titan.cmd.sys.halt.v1" {
            take(halt: message)
        } else {
            take(ticker: message, at: time)
        }
        return leave()
    }

    public mutating func wake(at time: Timestamp) -> ParticipantOutput {
        activate(at: time)
        expire(at: time)
        output.messages += faults.takeDelayed(at: time)
        if faults.foreignOrderIsDue(at: time) { placeForeign(at: time) }
        if nextSnapshot <= time.microseconds { publishSnapshot(at: time) }
        return leave()
    }

    public mutating func commit() throws(ParticipantError) {
        if unsaved.isEmpty { return }
        var frame = PaperFrame()
        frame.records = unsaved
        do {
            try store.append(BinaryEncoder.encode(frame))
            if store.bytesCount > Limits.Venue.fileBytesMaximum {
                frame.records = [.opened(books)]
                try store.replace(with: BinaryEncoder.encode(frame))
            }
        } catch { throw ParticipantError("\(error)") }
        unsaved = []
    }

    /// Changes the books, and sees to it that the change is durable before anything leaves.
    mutating func record(_ record: PaperRecord) {
        books.apply(record)
        unsaved.append(record)
    }

    private mutating func leave() -> ParticipantOutput {
        defer { output = ParticipantOutput() }
        return output
    }

    /// Numbers never go back: they are reserved durably, many at once.
    private mutating func publishSnapshot(at time: Timestamp) {
        if sequence == books.sequence {
            let more = UInt64(sequence + Limits.Venue.reservedSequences)
            record(.reserved(PaperRecord.Number(more)))
        }
        sequence += 1
        output.messages.append(
            messages.snapshot(
                books, sequence: sequence, policy: configuration.policy.hash, at: time))
        nextSnapshot = time.microseconds + max(1, configuration.snapshotInterval)
    }
}
