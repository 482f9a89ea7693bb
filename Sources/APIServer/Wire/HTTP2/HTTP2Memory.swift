import CNGHTTP2
import Glibc

/// Memory for the sessions of one loop: what one stream gives back, the next takes.
///
/// Blocks have sizes of powers of two, each size has a list of free ones, and before each block
/// stands its size. The lists need no lock, because a loop's sessions are used by its thread alone.
/// A class, so that the last session takes it along.
///
/// Source: nghttp2.h, nghttp2_mem.
@safe public final class HTTP2Memory {
    /// What C is given: the lists' heads. No Swift object, so that a call costs no more than it does.
    @unsafe struct Lists {
        var heads = unsafe InlineArray<8, UnsafeMutableRawPointer?>(repeating: nil)
        var counts = InlineArray<8, Int>(repeating: 0)
        /// Blocks that are with nghttp2 now.
        var taken = 0
    }

    /// Room for the size, and alignment for anything C may put behind it.
    private static let headBytes = 16
    private static let smallestShift = 5
    private static let listsCount = 8
    /// Free blocks of one size that are kept.
    private static let freeMaximum = 1_024

    private let lists: UnsafeMutablePointer<Lists>
    private let table: UnsafeMutablePointer<nghttp2_mem>

    public init() {
        unsafe lists = .allocate(capacity: 1)
        unsafe lists.initialize(to: Lists())
        unsafe table = .allocate(capacity: 1)
        unsafe table.initialize(
            to: nghttp2_mem(
                mem_user_data: lists, malloc: Self.take, free: Self.give, calloc: Self.takeZeroed,
                realloc: Self.resize))
    }

    deinit {
        precondition(unsafe lists.pointee.taken == 0, "Invariant: sessions go before their memory")
        for index in 0..<Self.listsCount {
            var block = unsafe lists.pointee.heads[index]
            while let free = unsafe block {
                unsafe block = free.load(as: UnsafeMutableRawPointer?.self)
                unsafe Glibc.free(free - Self.headBytes)
            }
        }
        unsafe lists.deallocate()
        unsafe table.deallocate()
    }

    /// For `nghttp2_session_server_new3`.
    var pointer: UnsafeMutablePointer<nghttp2_mem> { unsafe table }

    /// How many blocks are in use, and how many wait.
    var counts: (taken: Int, free: Int) {
        let lists = unsafe self.lists.pointee
        var free = 0
        for index in 0..<Self.listsCount { unsafe free += lists.counts[index] }
        return unsafe (lists.taken, free)
    }

    private static let take: nghttp2_malloc = { size, context in
        unsafe allocate(size, lists(context))
    }

    private static let give: nghttp2_free = { block, context in
        guard let block = unsafe block else { return }
        unsafe release(block, lists(context))
    }

    private static let takeZeroed: nghttp2_calloc = { count, size, context in
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, let block = unsafe allocate(bytes, lists(context)) else { return nil }
        unsafe memset(block, 0, bytes)
        return unsafe block
    }

    private static let resize: nghttp2_realloc = { block, size, context in
        let lists = unsafe lists(context)
        guard let block = unsafe block else { return unsafe allocate(size, lists) }
        let room = unsafe room(of: block)
        if size <= room { return unsafe block }
        guard let larger = unsafe allocate(size, lists) else { return nil }
        unsafe memcpy(larger, block, room)
        unsafe release(block, lists)
        return unsafe larger
    }

    private static func allocate(
        _ size: Int, _ lists: UnsafeMutablePointer<Lists>
    ) -> UnsafeMutableRawPointer? {
        let index = list(for: size)
        if index < listsCount, let free = unsafe lists.pointee.heads[index] {
            unsafe lists.pointee.heads[index] = free.load(as: UnsafeMutableRawPointer?.self)
            unsafe lists.pointee.counts[index] -= 1
            unsafe lists.pointee.taken += 1
            return unsafe free
        }
        let room = index < listsCount ? 1 << (index + smallestShift) : size
        guard room <= Int.max - headBytes, let start = unsafe malloc(headBytes + room) else {
            return nil
        }
        unsafe start.storeBytes(of: room, as: Int.self)
        unsafe lists.pointee.taken += 1
        return unsafe start + headBytes
    }

    private static func release(
        _ block: UnsafeMutableRawPointer, _ lists: UnsafeMutablePointer<Lists>
    ) {
        unsafe lists.pointee.taken -= 1
        let index = list(for: unsafe room(of: block))
        guard index < listsCount, unsafe lists.pointee.counts[index] < freeMaximum else {
            return unsafe free(block - headBytes)
        }
        unsafe block.storeBytes(of: lists.pointee.heads[index], as: UnsafeMutableRawPointer?.self)
        unsafe lists.pointee.heads[index] = block
        unsafe lists.pointee.counts[index] += 1
    }

    private static func room(of block: UnsafeMutableRawPointer) -> Int {
        unsafe (block - headBytes).load(as: Int.self)
    }

    /// The list of the smallest blocks that hold so many bytes; beyond the last one there is none.
    private static func list(for size: Int) -> Int {
        let bits = Int.bitWidth - max(size, 1 << smallestShift).advanced(by: -1).leadingZeroBitCount
        return bits - smallestShift
    }

    private static func lists(
        _ context: UnsafeMutableRawPointer?
    ) -> UnsafeMutablePointer<Lists> {
        unsafe context!.assumingMemoryBound(to: Lists.self)
    }
}
