/// A path whose bodies are counted as they come and not kept, so that they may be long.
public struct CountedBody: Sendable {
    let path: [UInt8]
    let bytesMaximum: Int

    public init(path: String, bytesMaximum: Int) {
        (self.path, self.bytesMaximum) = (Array(path.utf8), bytesMaximum)
    }

    func takes(_ path: ArraySlice<UInt8>) -> Bool { path.elementsEqual(self.path) }
}
