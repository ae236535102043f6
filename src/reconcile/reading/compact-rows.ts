import { deserialize, serialize } from 'node:v8'
import { SnapshotError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'

const blockBytes = 4_194_304

/** Rows as bytes, without an object for each: their keys in UTF-8, and their content. */
export interface CompactRows {
  readonly add: (key: string, row: Uint8Array) => void
  readonly rows: () => number
  readonly bytes: () => number
  /** Every row, in the byte order of the keys, where `take` says which. */
  readonly order: () => Uint32Array
  readonly key: (index: number) => string
  readonly row: (index: number) => Uint8Array
}

export function compactRows(): CompactRows {
  const blocks: Buffer[] = []
  const places: number[] = [] // of each row: block, start, length of key, length of row
  let end = blockBytes
  let bytes = 0

  function room(needed: number): Buffer {
    const last = blocks.at(-1)
    if (last && end + needed <= last.length) return last
    const block = Buffer.allocUnsafeSlow(Math.max(blockBytes, needed))
    blocks.push(block)
    end = 0
    return block
  }
  function part(index: number, which: 'key' | 'row'): Buffer {
    const [block = 0, start = 0, keyLength = 0, rowLength = 0] = places.slice(4 * index, 4 * index + 4)
    const from = which === 'key' ? start : start + keyLength
    const bytesOf = blocks[block] as Buffer // it was put there
    return bytesOf.subarray(from, from + (which === 'key' ? keyLength : rowLength))
  }
  function compare(a: number, b: number): number {
    const [x, y] = [4 * a, 4 * b]
    const [blockX, blockY] = [blocks[places[x] ?? 0] as Buffer, blocks[places[y] ?? 0] as Buffer]
    const [startX = 0, startY = 0] = [places[x + 1], places[y + 1]]
    const [lengthX = 0, lengthY = 0] = [places[x + 2], places[y + 2]]
    return blockX.compare(blockY, startY, startY + lengthY, startX, startX + lengthX) || a - b
  }
  return {
    add(key, row) {
      const keyLength = Buffer.byteLength(key)
      const block = room(keyLength + row.length)
      block.write(key, end)
      block.set(row, end + keyLength)
      places.push(blocks.length - 1, end, keyLength, row.length)
      end += keyLength + row.length
      bytes += keyLength + row.length
    },
    rows: () => places.length / 4,
    bytes: () => bytes + 4 * places.length,
    order: () => Uint32Array.from({ length: places.length / 4 }, (_, index) => index).sort(compare),
    key: (index) => part(index, 'key').toString(),
    row: (index) => part(index, 'row'),
  }
}

/** A row as bytes. @throws SnapshotError for a row that holds a function or the like. */
export function toBytes(entry: SnapshotEntry, place: string): Uint8Array {
  try {
    return serialize(entry)
  } catch (cause) {
    throw new SnapshotError(`"${place}" gave a row that holds more than data. Give plain values.`, { cause })
  }
}

export function fromBytes(row: Uint8Array): SnapshotEntry {
  return deserialize(row) as SnapshotEntry // written by `toBytes`
}
