import Loop
import Testing

@Suite struct `A slot table` {
    @Test func `never mistakes the next occupant for the last one`() throws {
        var slots = Slots<String>(capacity: 1)
        let inserted = slots.insert("first")
        let first = try #require(inserted)
        #expect(slots.insert("too many") == nil)
        #expect(slots.remove(first) == "first")

        let again = slots.insert("second")
        let second = try #require(again)
        #expect(second.slot == first.slot)
        #expect(slots[first] == nil)
        #expect(slots.remove(first) == nil)
        #expect(slots[second] == "second")
    }

    @Test func `holds as many as it was made for, in any order of coming and going`() throws {
        var slots = Slots<Int>(capacity: 5)
        var tokens: [Token] = []
        for value in 0..<5 {
            let token = slots.insert(value)
            tokens.append(try #require(token))
        }
        #expect(slots.isFull)
        for index in [3, 0, 4] { #expect(slots.remove(tokens[index]) == index) }
        #expect(slots.count == 2)
        #expect(slots.all.map(\.value) == [1, 2])
        for value in 10..<13 { #expect(slots.insert(value) != nil) }
        #expect(slots.insert(13) == nil)
        #expect(tokens.map { slots[$0] } == [nil, 1, 2, nil, nil])
    }
}
