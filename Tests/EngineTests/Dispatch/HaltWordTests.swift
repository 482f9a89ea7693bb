import Glibc
import Platform
import Synchronization
import Testing

@testable import Engine

/// A word, one thread that passes it as the dispatcher does, and what that thread saw.
private final class Passage: Sendable {
    let word = HaltWord(epoch: 1)
    /// The newest epoch whose gate was seen closed.
    let closed = Atomic<UInt64>(0)
    let isDone = Atomic<Bool>(false)
    let passed = Atomic<Int>(0)
    let violations = Atomic<Int>(0)
    private let thread = Atomic<UInt>(0)

    /// Stops the passing thread for some microseconds, wherever it is.
    func interrupt() {
        let handle = thread.load(ordering: .sequentiallyConsistent)
        if handle != 0 { pthread_kill(handle, SIGUSR1) }
    }

    func run() {
        thread.store(pthread_self(), ordering: .sequentiallyConsistent)
        while !isDone.load(ordering: .relaxed) {
            let recorded = word.current
            let went = word.pass(recorded: recorded) {
                // Handing over takes a moment; all through it no gate may be seen closed.
                for _ in 0..<16 where closed.load(ordering: .sequentiallyConsistent) > recorded {
                    violations.add(1, ordering: .relaxed)
                }
            }
            if went { passed.add(1, ordering: .relaxed) }
        }
    }
}

@Suite struct `The halt word` {
    /// The passing thread is interrupted at whatever instruction it has come to, so that the raising
    /// one sees it stand still between any two of its steps.
    @Test func `is never seen closed while an older order is handed over`() throws {
        _ = signal(SIGUSR1) { _ in usleep(20) }
        defer { _ = signal(SIGUSR1, SIG_DFL) }
        let passage = Passage()
        let thread = try Thread(name: "passage") { passage.run() }
        let limit = Machine.bootMicroseconds + 2_000_000
        var raised = 0
        while Machine.bootMicroseconds < limit {
            let (epoch, closed) = passage.word.raise()
            if closed { passage.closed.store(epoch, ordering: .sequentiallyConsistent) }
            raised += 1
            if raised.isMultiple(of: 16) { passage.interrupt() }
        }
        passage.isDone.store(true, ordering: .relaxed)
        thread.join()
        #expect(passage.violations.load(ordering: .relaxed) == 0)
        #expect(raised > 10_000 && passage.passed.load(ordering: .relaxed) > 1_000)
    }

    @Test func `says so when an order is still leaving after a millisecond`() throws {
        let word = HaltWord(epoch: 1)
        let (inside, leave) = (try Bell(), try Bell())
        let thread = try Thread(name: "slow") {
            _ = word.pass(recorded: 1) {
                inside.ring()
                leave.wait(milliseconds: 5000)
            }
        }
        inside.wait(milliseconds: 5000)
        let (epoch, closed) = word.raise()
        #expect(epoch == 2 && !closed)
        leave.ring()
        thread.join()
        #expect(word.raise().closed)
        #expect(!word.pass(recorded: 1) { Issue.record("handed over") })
    }
}
