import Domain
import Platform

/// Raises the halt word and has the halt written to its own file: the one way to halt.
///
/// Thread: any.
struct HaltSwitch: Sendable {
    let word: HaltWord
    let thread: HaltThread

    /// Closes the gate first; what is durable comes after.
    func raise(reason: String) -> (epoch: UInt64, closed: Bool) {
        let (epoch, closed) = word.raise()
        let time = Timestamp(microseconds: Machine.wallMicroseconds)
        thread.note(HaltFile.Content(epoch: epoch, reason: reason, time: time))
        return (epoch, closed)
    }
}
