import Loop
import Platform
import Testing

private actor Counter {
    nonisolated let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }
    private(set) var steps: [String] = []

    init(_ executor: LoopExecutor) { self.executor = executor }

    func note(_ step: String) { steps.append(step) }

    func begin(waitingFor answer: @escaping @Sendable () async -> String) {
        steps.append("begin")
        _ = Task.immediate(executorPreference: executor) {
            self.note("inside")
            self.note(await answer())
        }
        steps.append("end")
    }
}

@Suite struct `A loop's executor` {
    @Test func `runs a handler and goes on with it after a wait, by one job each`() throws {
        let executor = try LoopExecutor()
        let counter = Counter(executor)
        let resume = Guarded<CheckedContinuation<String, Never>?>(nil)
        let onLoop = Guarded<[Bool?]>([])
        @Sendable func note() {
            onLoop.withLock { $0.append(executor.isIsolatingCurrentContext()) }
        }
        executor.claim {
            counter.assumeIsolated {
                $0.begin {
                    note()
                    let answer = await withCheckedContinuation { one in resume.withLock { $0 = one }
                    }
                    note()
                    return answer
                }
            }
        }
        #expect(executor.runPending() == 1)
        #expect(executor.runPending() == 0)
        resume.withLock { $0?.resume(returning: "answer") }
        #expect(executor.runPending() == 1)
        #expect(
            executor.claim { counter.assumeIsolated { $0.steps } }
                == ["begin", "end", "inside", "answer"])
        #expect(onLoop.withLock { $0 } == [true, true])
    }

    @Test func `does not let its thread sleep over a ring`() throws {
        let executor = try LoopExecutor()
        #expect(executor.sleep { $0 })
        executor.ring()
        #expect(!executor.sleep { $0 })
        #expect(executor.sleep { $0 })
    }

    @Test func `wakes a thread that waits, and only that`() throws {
        let executor = try LoopExecutor()
        var poller = try Poller(eventsMaximum: 1)
        var ready: [Readiness] = []
        try poller.watch(reading: executor.bellNumber, as: .bell)
        executor.ring()
        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.isEmpty)

        executor.sleep { _ in }
        let ringer = try executor.sleep { mayWait throws(SystemError) in
            #expect(mayWait)
            let ringer = try Thread(name: "ringer") { executor.ring() }
            try poller.wait(milliseconds: -1, into: &ready)
            return ringer
        }
        #expect(ready.map(\.token) == [.bell])
        ringer.join()
    }
}
