import Loop
import Platform

/// Deals connections of the Unix socket, which shard 0 takes in, round all shards.
final class Dealer: Sendable {
    private struct Table {
        var hands: [Hand] = []
        var next = 0
    }

    private let table = Guarded(Table())

    /// What one shard has been dealt and not picked up.
    final class Hand: Sendable {
        private let numbers = Guarded<[CInt]>([])
        private let executor: LoopExecutor

        init(_ executor: LoopExecutor) { self.executor = executor }

        deinit { for number in take() { _ = Descriptor(adopting: number) } }

        func add(_ socket: consuming Socket) {
            let number = socket.release()
            numbers.withLock { $0.append(number) }
            executor.ring()
        }

        func take() -> [CInt] {
            numbers.withLock { numbers in
                defer { numbers.removeAll() }
                return numbers
            }
        }
    }

    func seat(_ executor: LoopExecutor) -> Hand {
        let hand = Hand(executor)
        table.withLock { $0.hands.append(hand) }
        return hand
    }

    func deal(_ socket: consuming Socket) {
        let hand = table.withLock { table in
            defer { table.next = (table.next + 1) % table.hands.count }
            return table.hands[table.next]
        }
        hand.add(socket)
    }
}
