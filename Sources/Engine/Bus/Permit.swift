/// Asked in the moment in which a message leaves the program: whether it still may.
///
/// A bus may keep a message in a queue of its own before that. What was right when it was handed
/// over can be wrong when its turn comes, so the question is asked last, around the very step after
/// which nobody can call the message back.
public struct Permit: Sendable {
    /// For everything that no halt holds back.
    public static let always = Permit { leave in
        leave()
        return true
    }

    private let ask: @Sendable (_ leave: () -> Void) -> Bool

    /// `ask` runs `leave` once, or not at all; it returns whether it did. It must not wait.
    public init(_ ask: @escaping @Sendable (_ leave: () -> Void) -> Bool) { self.ask = ask }

    /// Runs `leave` if the message still may. Returns whether it was run.
    func pass(_ leave: () -> Void) -> Bool { ask(leave) }
}
