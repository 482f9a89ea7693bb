import Domain
import Platform

/// The newest messages of one topic: of a state the last, of events a bounded ring.
struct LiveTopic {
    let topic: Topic
    private let epoch: UInt64
    /// Oldest first; sequences without gaps.
    private var messages: [LiveMessage] = []
    /// Dead entries at the front of `messages`, removed now and then in one piece.
    private var passed = 0
    private var byteCount = 0
    private var joined: LiveMessage?
    /// The sequence of the newest message; 0 before the first.
    private(set) var sequence: UInt64 = 0

    init(_ topic: Topic, epoch: UInt64) {
        (self.topic, self.epoch) = (topic, epoch)
    }

    /// The lowest sequence that can still be sent.
    var oldest: UInt64 { sequence + 1 - UInt64(messages.count - passed) }

    mutating func append(_ data: [UInt8], time: Timestamp, mode: Mode) {
        sequence += 1
        let place = LiveMessage.Place(
            topic: topic, epoch: epoch, sequence: sequence, time: time, mode: mode)
        switch topic.nature {
        case .state:
            let hashed = sequence % Limits.Live.hashEvery == 0
            messages = [LiveMessage(.snapshot, at: place, data: data, hashed: hashed)]
        case .event:
            messages.append(LiveMessage(.delta, at: place, data: data))
            byteCount += messages[messages.count - 1].frame.count
            joined = nil
            dropOldest()
        }
    }

    /// Adds somebody's message as it is.
    mutating func append(
        bare payload: [UInt8], isText: Bool, _ began: (time: Timestamp, mode: Mode)
    ) {
        sequence += 1
        let message = LiveMessage(bare: payload, isText: isText, at: place(began: began))
        messages.append(message)
        byteCount += message.frame.count
        dropOldest()
    }

    /// What a reader who has everything up to `sequence` lacks, in order; `nil` when some of it is
    /// gone.
    func messages(after sequence: UInt64) -> ArraySlice<LiveMessage>? {
        if sequence == self.sequence { return [] }
        guard sequence < self.sequence, topic.nature == .state || sequence + 1 >= oldest else {
            return nil
        }
        return messages.suffix(Int(min(self.sequence - sequence, UInt64(messages.count - passed))))
    }

    /// How things stand, for somebody who begins; `nil` when the state was never published.
    /// - Parameter began: Time and mode to show while nothing has happened.
    mutating func snapshot(began: (time: Timestamp, mode: Mode)) -> LiveMessage? {
        if topic.isBare { return nil }
        if topic.nature == .state { return messages.last }
        if let joined { return joined }
        let recent = messages.suffix(min(messages.count - passed, Limits.Live.snapshotEvents))
        var writer = JSONWriter()
        writer.beginArray()
        for message in recent { writer.raw(message.frame[message.data]) }
        writer.endArray()
        let message = LiveMessage(.snapshot, at: place(began: began), data: writer.bytes)
        joined = message
        return message
    }

    /// Says that what was asked for is gone; a snapshot follows.
    func notRecovered(began: (time: Timestamp, mode: Mode)) -> LiveMessage {
        let place = place(began: began)
        return topic.isBare
            ? LiveMessage(bare: [], isText: true, .notRecovered, at: place)
            : LiveMessage(.notRecovered, at: place, data: Array("null".utf8))
    }

    private func place(began: (time: Timestamp, mode: Mode)) -> LiveMessage.Place {
        let last = messages.last?.place
        return LiveMessage.Place(
            topic: topic, epoch: epoch, sequence: sequence, time: last?.time ?? began.time,
            mode: last?.mode ?? began.mode)
    }

    private mutating func dropOldest() {
        let (countMaximum, bytesMaximum) =
            topic.isBare
            ? (Limits.Conformance.ringMessages, Limits.Conformance.ringBytes)
            : (Limits.Live.ringMessages, Limits.Live.ringBytes)
        while messages.count - passed > countMaximum
            || byteCount > bytesMaximum && messages.count - passed > 1
        {
            byteCount -= messages[passed].frame.count
            passed += 1
        }
        if passed > countMaximum {
            messages.removeFirst(passed)
            passed = 0
        }
    }
}
