import Domain

extension JSONWriter {
    /// A score as people read it: basis points of 100 as 0 … 100. Two decimals are exact in a
    /// double's shortest form, so it may be a number.
    mutating func score(_ basisPoints: Int64) { number(basisPoints * 1_000_000) }

    mutating func time(_ time: Timestamp) { string(time.text) }

    /// A time that may not have come yet, which is the epoch's start.
    mutating func time(orNull time: Timestamp) {
        if time == .zero { null() } else { string(time.text) }
    }

    mutating func obstacles(_ obstacles: [(code: String, message: String)]) {
        beginArray()
        for obstacle in obstacles {
            beginObject()
            key("code")
            string(obstacle.code)
            key("message")
            string(obstacle.message)
            endObject()
        }
        endArray()
    }
}
