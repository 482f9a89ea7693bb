import CNGHTTP2
import Glibc
import TestSupport
import Testing

@testable import Wire

@Suite struct `The memory of HTTP/2` {
    @Test func `gives every block its bytes, whatever comes and goes, and keeps what came back`() {
        let memory = HTTP2Memory()
        let table = unsafe memory.pointer.pointee
        let context = unsafe table.mem_user_data
        var random = Seeded(seed: 11)
        var blocks: [(start: UnsafeMutableRawPointer, size: Int, mark: UInt8)] = unsafe []
        for round in 0..<20_000 {
            let mark = UInt8(truncatingIfNeeded: round)
            if unsafe blocks.count < 200 || round % 3 == 0 {
                let size = Int.random(in: 1...9_000, using: &random)
                let start = unsafe table.malloc(size, context)!
                unsafe memset(start, CInt(mark), size)
                unsafe blocks.append((start, size, mark))
            } else {
                let place = Int.random(in: 0..<(unsafe blocks.count), using: &random)
                var block = unsafe blocks.remove(at: place)
                if round % 2 == 0 {
                    unsafe block.start = table.realloc(block.start, block.size * 2, context)!
                }
                let bytes = unsafe UnsafeRawBufferPointer(start: block.start, count: block.size)
                #expect(unsafe bytes.allSatisfy { unsafe $0 == block.mark })
                unsafe table.free(block.start, context)
            }
        }
        #expect(unsafe memory.counts.taken == blocks.count)
        for index in unsafe blocks.indices { unsafe table.free(blocks[index].start, context) }
        #expect(memory.counts.taken == 0)
        let kept = memory.counts.free
        #expect(kept > 0)
        let again = unsafe table.calloc(8, 8, context)!
        #expect(unsafe UnsafeRawBufferPointer(start: again, count: 64).allSatisfy { $0 == 0 })
        #expect(memory.counts.free == kept - 1)
        unsafe table.free(again, context)
        #expect(unsafe table.calloc(.max, 2, context) == nil)
    }

    @Test func `is used by a session and all given back at its end`() throws {
        let memory = HTTP2Memory()
        do {
            var session = try HTTP2Session(
                maxima: HTTP2Maxima(
                    concurrentStreams: 10, fieldSectionBytes: 1_000, fields: 10, bodyBytes: 100),
                memory: memory)
            var output: [UInt8] = []
            try session.drain(into: &output, bytesMaximum: 1_000)
            #expect(memory.counts.taken > 0)
        }
        #expect(memory.counts.taken == 0)
    }
}
