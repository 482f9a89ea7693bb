/// Why the desk does not start: one sentence for the person at the terminal.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
