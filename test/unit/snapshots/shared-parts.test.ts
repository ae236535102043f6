import { describe, expect, test } from 'vitest'
import { SnapshotError } from '../../../src/errors.ts'
import { bytesParser } from '../../../src/files/bytes-parser.ts'
import { shareOf } from '../../../src/rows/share.ts'

test('a row that does not end is refused as soon as it is too long, not at the end of the file', () => {
  const tooLong = () => new SnapshotError('too long')
  const { push, end } = bytesParser({ read: () => 0, maxBytes: 10, tooLong })
  expect(push(Buffer.alloc(6))).toEqual([])
  expect(push(Buffer.alloc(4))).toEqual([])
  expect(() => push(Buffer.alloc(1))).toThrow('too long')
  expect(() => end()).toThrow('too long')
})

describe('a part of the rows', () => {
  const entries = Array.from({ length: 20 }, (_, index) => ({ item: { sku: `${index}` } }))

  test('is the same however they are divided into pages', () => {
    const parts = [0, 1, 2].flatMap((index) => {
      const share = shareOf({ index, count: 3 })
      const size = 4 + index // each part is read in pages of another size
      return Array.from({ length: 6 }, (_, page) => share(entries.slice(page * size, (page + 1) * size))).flat()
    })
    expect(parts).toHaveLength(20)
    expect(new Set(parts)).toEqual(new Set(entries))
  })

  test('of one is all of them', () => {
    expect(shareOf({ index: 0, count: 1 })(entries)).toBe(entries)
    expect(shareOf(undefined)(entries)).toBe(entries)
  })
})
