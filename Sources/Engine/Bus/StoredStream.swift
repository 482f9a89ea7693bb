import Platform

/// The messages of one embedded stream, in the order in which they came.
struct StoredStream {
    struct Entry {
        let message: OutgoingMessage
        let headers: [BusHeader]
        let time: Int64
        var bytes: Int { message.payload.count + message.subject.utf8.count }
    }

    let specification: StreamSpecification
    let filters: [SubjectFilter]
    private let messagesMaximum: Int
    private let bytesMaximum: Int
    private var entries: [Entry?] = []
    /// How many places at the front of `entries` are behind us.
    private var offset = 0
    /// The sequence of the entry at `offset`.
    private(set) var firstSequence: UInt64 = 1
    private(set) var count = 0
    private(set) var bytes = 0
    /// Only looked up, never iterated: `windows` holds the order.
    private var identities: [String: UInt64] = [:]
    private var windows: [(id: String, until: Int64)] = []
    private var windowsOffset = 0

    init(
        _ specification: StreamSpecification, messagesMaximum: Int, bytesMaximum: Int
    ) throws(BusError) {
        self.specification = specification
        self.messagesMaximum = messagesMaximum
        self.bytesMaximum = bytesMaximum
        var filters: [SubjectFilter] = []
        for subject in specification.subjects { filters.append(try SubjectFilter(subject)) }
        self.filters = filters
    }

    var nextSequence: UInt64 { firstSequence + UInt64(entries.count - offset) }

    func takes(_ subject: String) -> Bool { filters.contains { $0.matches(subject) } }

    /// The message at that place, unless it is gone.
    subscript(sequence: UInt64) -> Entry? {
        guard sequence >= firstSequence, sequence < nextSequence else { return nil }
        return entries[offset + Int(sequence - firstSequence)]
    }

    /// Where a message of that id is stored, if it came within the duplicate window.
    mutating func known(_ id: String, at now: Int64) -> UInt64? {
        while windowsOffset < windows.count, windows[windowsOffset].until <= now {
            identities[windows[windowsOffset].id] = nil
            windowsOffset += 1
        }
        if windowsOffset > 1_024, windowsOffset * 2 > windows.count {
            windows.removeFirst(windowsOffset)
            windowsOffset = 0
        }
        return identities[id]
    }

    /// Whether one more message fits. `released`: what every consumer is done with, up to there.
    ///
    /// A full stream gives up its oldest messages, but none that a consumer still waits for.
    mutating func makeRoom(for bytes: Int, released: UInt64) -> Bool {
        if windows.count - windowsOffset >= Limits.Bus.duplicateIDsMaximum { return false }
        while count + 1 > messagesMaximum || self.bytes + bytes > bytesMaximum {
            guard specification.retention == .limits, count > 0, firstSequence <= released else {
                return false
            }
            remove(firstSequence)
        }
        return true
    }

    mutating func append(_ message: OutgoingMessage, at now: Int64) -> UInt64 {
        let sequence = nextSequence
        let entry = Entry(message: message, headers: message.deliveredHeaders, time: now)
        entries.append(entry)
        count += 1
        bytes += entry.bytes
        if let id = message.messageID {
            identities[id] = sequence
            windows.append((id, now + specification.duplicateWindowSeconds * 1_000_000))
        }
        return sequence
    }

    mutating func remove(_ sequence: UInt64) {
        guard let entry = self[sequence] else { return }
        entries[offset + Int(sequence - firstSequence)] = nil
        count -= 1
        bytes -= entry.bytes
        while offset < entries.count, entries[offset] == nil {
            offset += 1
            firstSequence += 1
        }
        if offset > 1_024, offset * 2 > entries.count {
            entries.removeFirst(offset)
            offset = 0
        }
        precondition(count >= 0 && bytes >= 0, "Invariant: a stream holds no less than nothing")
    }

    /// Lets go of what is too old.
    mutating func expire(at now: Int64) {
        let oldest = now - specification.ageMaximumSeconds * 1_000_000
        while offset < entries.count, let entry = entries[offset], entry.time <= oldest {
            remove(firstSequence)
        }
    }
}
