/// Clients that keep a stream waiting, while they may be busy on others.
extension HTTP2Inbox {
    /// When the first stream has kept us waiting too long; `.max` when none is waited for.
    var deadline: Int64 {
        guard count > 0 else { return .max }
        return places.reduce(.max) { min($0, $1?.deadline ?? .max) }
    }

    /// Refuses what has not come whole by now. Returns the streams whose answer was not taken.
    func timeOut(now: Int64) -> [Int32] {
        var untaken: [Int32] = []
        for case let stream? in places where stream.deadline <= now {
            if stream.stage == .reading {
                refuse(stream, .requestTimeout)
            } else {
                stream.deadline = .max
                untaken.append(stream.id)
            }
        }
        return untaken
    }
}
