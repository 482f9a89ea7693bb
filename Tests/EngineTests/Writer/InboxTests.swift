import Domain
import Platform
import Testing

@testable import Engine

@Suite struct `The inbox` {
    private static func command(_ action: OperatorAction) -> Item {
        var command = OperatorCommand()
        command.action = action
        return Item(input: .command(command))
    }

    private static func signal(_ id: String) -> Item {
        var signal = Signal()
        signal.id = id
        return Item(input: .signal(signal))
    }

    @Test func `refuses at its bound, each kind at its own`() throws {
        let inbox = try Inbox()
        for _ in 0..<Limits.Writer.quotesMaximum {
            #expect(inbox.put(Item(input: .quote(QuoteInput()))) == .taken)
        }
        #expect(inbox.put(Item(input: .quote(QuoteInput()))) == .full)
        for _ in Limits.Writer.quotesMaximum..<Limits.Engine.inboxMaximum {
            #expect(inbox.put(Self.signal("s")) == .taken)
        }
        #expect(inbox.put(Self.signal("s")) == .full)
        #expect(inbox.put(Self.command(.resume)) == .full)
        for _ in 0..<Limits.Writer.venueReserve {
            #expect(inbox.put(Item(input: .fill(Fill()))) == .taken)
        }
        #expect(inbox.put(Item(input: .fill(Fill()))) == .full)
        for _ in 0..<Limits.Writer.stopsMaximum {
            #expect(inbox.put(Self.command(.halt)) == .taken)
        }
        #expect(inbox.put(Self.command(.flatten)) == .full)
        #expect(inbox.put(Item(input: .dispatched(Dispatched()))) == .taken)
    }

    @Test func `gives stops first and everything else in its order, a batch at a time`() throws {
        let inbox = try Inbox()
        for index in 0..<2000 { inbox.put(Self.signal("\(index)")) }
        inbox.put(Self.command(.halt))
        var ids: [String] = []
        var sizes: [Int] = []
        while inbox.count > 0 {
            let batch = inbox.take()
            sizes.append(batch.count)
            if sizes.count == 1 { #expect(batch[0].input == Self.command(.halt).input) }
            for item in batch { if case .signal(let signal) = item.input { ids.append(signal.id) } }
            if sizes.count < 3 { inbox.put(Self.signal("late\(sizes.count)")) }
        }
        #expect(ids == (0..<2000).map(String.init) + ["late1", "late2"])
        #expect(sizes.allSatisfy { $0 <= Limits.Engine.batchMaximum })
    }

    @Test func `takes only the engine's own reports once it is closed`() throws {
        let inbox = try Inbox()
        inbox.close()
        #expect(inbox.put(Self.command(.halt)) == .closed)
        #expect(inbox.put(Self.signal("s")) == .closed)
        #expect(inbox.put(Item(input: .dispatched(Dispatched()))) == .taken)
    }
}
