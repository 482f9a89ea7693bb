extension HTTP1Connection {
    /// Method, target and version, one space between them. Source: RFC 9112, section 3.
    mutating func parseRequestLine(_ line: Span<UInt8>) throws(WireError) {
        guard let first = Self.space(in: line, from: 0),
            let second = Self.space(in: line, from: first + 1),
            Self.space(in: line, from: second + 1) == nil
        else { throw .requestLineMalformed }
        try parseVersion(line.extracting(droppingFirst: second + 1))
        let name = line.extracting(first: first)
        guard !name.isEmpty else { throw .requestLineMalformed }
        for index in name.indices where !Characters.isToken(name[index]) {
            throw .requestLineMalformed
        }
        guard let method = Method(name), method != .connect else { throw .methodUnknown }
        head.method = method
        try parseTarget(line.extracting((first + 1)..<second))
    }

    private static func space(in line: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < line.count {
            if line[index] == 0x20 { return index }
            index += 1
        }
        return nil
    }

    private mutating func parseVersion(_ version: Span<UInt8>) throws(WireError) {
        if Bytes.equal(version, "HTTP/1.1") { return }
        if Bytes.equal(version, "HTTP/1.0") {
            isHTTP10 = true
            return
        }
        let isVersion =
            version.count == 8 && Bytes.equal(version.extracting(first: 5), "HTTP/")
            && Bytes.isDigit(version[5]) && version[6] == UInt8(ascii: ".")
            && Bytes.isDigit(version[7])
        throw isVersion ? .versionUnknown : .requestLineMalformed
    }

    /// Origin form, absolute form, or the asterisk of OPTIONS. Source: RFC 9112, section 3.2.
    private mutating func parseTarget(_ target: Span<UInt8>) throws(WireError) {
        for index in target.indices where !Characters.isTarget(target[index]) {
            throw .targetInvalid
        }
        if target.isEmpty { throw .requestLineMalformed }
        if target[0] == UInt8(ascii: "/") { return head.setTarget(target) }
        if head.method == .options, target.count == 1, target[0] == UInt8(ascii: "*") {
            return head.setTarget(target)
        }
        try parseAbsolute(target)
    }

    private mutating func parseAbsolute(_ target: Span<UInt8>) throws(WireError) {
        guard let start = Self.schemeEnd(of: target) else { throw .targetInvalid }
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?")
        {
            end += 1
        }
        head.authority = head.fields.keep(target.extracting(start..<end))
        guard end > start, Authority.isSound(head.fields.slice(head.authority)) else {
            throw .targetInvalid
        }
        head.setTarget(target.extracting(droppingFirst: end))
    }

    private static func schemeEnd(of target: Span<UInt8>) -> Int? {
        for (count, scheme) in [(7, "http://"), (8, "https://")] as [(Int, StaticString)]
        where target.count > count
            && Bytes.equalIgnoringCase(target.extracting(first: count), scheme)
        {
            return count
        }
        return nil
    }
}
