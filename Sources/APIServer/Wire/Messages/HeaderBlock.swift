/// One field of a message: its name in lower case, and its value without blanks around it.
public struct HeaderField: Sendable {
    public let name: ArraySlice<UInt8>
    public let value: ArraySlice<UInt8>

    public var nameText: String { Bytes.text(name) }
    public var valueText: String { Bytes.text(value) }
}

/// The fields of one message, all in one piece of memory: no `String` is made until one is asked for.
///
/// Names are lower-case, fields stand in the order of their arrival, and a name may come twice.
public struct HeaderBlock: Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    /// Where something lies in `storage`.
    struct Extent: Sendable {
        var start: UInt32 = 0
        var end: UInt32 = 0

        var range: Range<Int> { Int(start)..<Int(end) }
        var isEmpty: Bool { start == end }
    }

    private struct Entry: Sendable {
        let name: Extent
        let value: Extent
    }

    private var storage: [UInt8] = []
    private var entries: [Entry] = []

    public init() {}

    public init(dictionaryLiteral fields: (String, String)...) {
        for (name, value) in fields { append(name, value) }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(index: Int) -> HeaderField {
        HeaderField(
            name: storage[entries[index].name.range], value: storage[entries[index].value.range])
    }

    /// The first value of this name, which is given in lower case.
    public subscript(name: StaticString) -> String? {
        first(name).map { Bytes.text(storage[$0.range]) }
    }

    /// The bytes of the first value of this name.
    public func bytes(of name: StaticString) -> ArraySlice<UInt8>? {
        first(name).map { storage[$0.range] }
    }

    /// How many fields have this name.
    public func count(of name: StaticString) -> Int {
        entries.count { matches($0.name, name) }
    }

    /// Whether a comma-separated field of this name has this member, in letters of either case.
    public func lists(_ member: StaticString, in name: StaticString) -> Bool {
        entries.contains { matches($0.name, name) && lists(member, in: $0.value) }
    }

    /// Bytes that the fields take, names and values.
    public var byteCount: Int { storage.count }

    public mutating func append(_ name: String, _ value: String) {
        let (name, value) = (Array(name.utf8), Array(value.utf8))
        append(name: name.span, value: value.span)
    }

    /// Adds a field; the name is made lower-case, the value is taken as it is.
    public mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
        let name = keep(name)
        var bytes = storage.mutableSpan
        for index in name.range where Bytes.isCapital(bytes[index]) { bytes[index] |= 0x20 }
        entries.append(Entry(name: name, value: keep(value)))
    }

    /// Makes room at once for a head of an ordinary size.
    mutating func reserve(bytes: Int, fields: Int) {
        storage.reserveCapacity(bytes)
        entries.reserveCapacity(fields)
    }

    /// Forgets every field and keeps the memory.
    public mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// Makes one field of all that have this name, their values separated by `separator`: HTTP/2
    /// lets a client split `cookie`. Source: RFC 9113, section 8.2.3.
    mutating func join(_ name: StaticString, separator: StaticString) {
        guard count(of: name) > 1 else { return }
        let start = UInt32(storage.count)
        for entry in entries where matches(entry.name, name) {
            if storage.count > start { storage.append(separator) }
            let value = storage[entry.value.range]
            storage.append(contentsOf: value)
        }
        let joined = Extent(start: start, end: UInt32(storage.count))
        let first = entries.firstIndex { matches($0.name, name) } ?? 0
        entries[first] = Entry(name: entries[first].name, value: joined)
        for index in entries.indices.reversed() where index > first {
            if matches(entries[index].name, name) { entries.remove(at: index) }
        }
    }

    /// Keeps bytes that are no field, such as the target of a request, beside the fields.
    mutating func keep(_ bytes: Span<UInt8>) -> Extent {
        let start = UInt32(storage.count)
        storage.append(bytes)
        return Extent(start: start, end: UInt32(storage.count))
    }

    mutating func keep(_ text: StaticString) -> Extent {
        text.withUTF8Buffer { text in keep(unsafe Span(_unsafeElements: text)) }
    }

    func slice(_ extent: Extent) -> ArraySlice<UInt8> { storage[extent.range] }

    /// Where the first value of this name lies.
    func first(_ name: StaticString) -> Extent? {
        entries.first { matches($0.name, name) }?.value
    }

    private func matches(_ extent: Extent, _ name: StaticString) -> Bool {
        extent.range.count == name.utf8CodeUnitCount
            && Bytes.equal(storage.span.extracting(extent.range), name)
    }

    private func lists(_ member: StaticString, in extent: Extent) -> Bool {
        let span = storage.span
        var start = extent.range.lowerBound
        for index in extent.range.lowerBound...extent.range.upperBound
        where index == extent.range.upperBound || span[index] == UInt8(ascii: ",") {
            let range = Bytes.trimmed(span, in: start..<index)
            if Bytes.equalIgnoringCase(span.extracting(range), member) { return true }
            start = index + 1
        }
        return false
    }
}
