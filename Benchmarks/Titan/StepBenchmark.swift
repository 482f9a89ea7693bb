import Crypto
import Domain
import Engine

/// A signal's whole way through the writer: bytes, question, checks, records.
enum StepBenchmark {
    static func run(count: Int) {
        var core = Core()
        var time = Timestamp(microseconds: 1_700_000_000_000_000)
        var started = Started()
        (started.armed, started.cash, started.desk) = (true, 10_000_000_000_000, "bench")
        started.policy = String(decoding: Policy().canonical, as: UTF8.self)
        _ = core.step(Entry(time: time, haltEpoch: 1, input: .started(started)))
        var samples = Samples(capacity: count)
        var bytes = 0
        for turn in 0..<count {
            time = time.adding(microseconds: 10)
            let message = Array(signal(turn, time).utf8)
            let start = nanoseconds()
            guard let signal = read(message) else {
                preconditionFailure("Invariant: the measured signal reads")
            }
            let output = core.step(Entry(time: time, haltEpoch: 1, input: .signal(signal)))
            for record in output.records { bytes += record.bytes.count }
            samples.add(nanoseconds() - start)
        }
        print("signal bytes to record bytes  \(samples.summary)  (\(bytes / count) bytes each)")
    }

    private static func read(_ message: [UInt8]) -> Signal? {
        do { return try Signal(message: message) } catch { return nil }
    }

    private static func signal(_ turn: Int, _ time: Timestamp) -> String {
        """
        {"signal_id":"sig-\(turn)","source":"hunter","symbol":"BTC/USDT","direction":"LONG",\
        "entry_zone":{"min":46000,"max":46001.5},"stop_loss":45500,"take_profits":[46900],\
        "confidence":0.82,"position_size":0.01,"timestamp":\(time.milliseconds)}
        """
    }
}
