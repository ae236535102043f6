import { expect, test } from 'vitest'
import { compactRows, fromBytes, toBytes } from '../../../../src/reconcile/reading/compact-rows.ts'
import type { SnapshotEntry } from '../../../../src/ports/snapshot.ts'

const bytes = (...values: readonly number[]) => Uint8Array.from(values)

test('rows are kept as they came, and ordered by the bytes of their keys, equal ones as they came', () => {
  const rows = compactRows()
  const keys = ['B', 'A', '\u{1f600}', 'A', '', '\uffee', 'B', 'AB']
  for (const [n, key] of keys.entries()) rows.add(key, bytes(n, n))
  const all = keys.map((_, n) => n)
  expect(rows.rows()).toBe(8)
  expect(all.map(rows.key)).toEqual(keys)
  expect(all.map((n) => [...rows.row(n)])).toEqual(all.map((n) => [n, n]))
  expect([...rows.order()]).toEqual([4, 1, 3, 7, 0, 6, 5, 2])
})

test('keys are ordered by all of their bytes, and by no byte of what stands behind them', () => {
  const rows = compactRows()
  for (const key of ['ZZ', 'AB', 'ZZ', 'A', 'ZZ', 'AB', '', 'A']) rows.add(key, bytes(255, 255))
  expect([...rows.order()]).toEqual([6, 3, 7, 1, 5, 0, 2, 4])
})

test('what rows take is their keys in UTF-8, their content, and 16 bytes for each', () => {
  const rows = compactRows()
  expect(rows.bytes()).toBe(0)
  rows.add('Aé', bytes(1, 2, 3, 4))
  expect(rows.bytes()).toBe(3 + 4 + 16)
  rows.add('', bytes())
  expect(rows.bytes()).toBe(3 + 4 + 2 * 16)
})

test('rows may be larger than a block of memory, or fill it', () => {
  const rows = compactRows()
  const block = 4_194_304
  const sizes = [block, 2, block - 1, block - 4, 1, 1]
  for (const [n, size] of sizes.entries()) rows.add(String(n), new Uint8Array(size).fill(n, -1))
  const read = sizes.map((_, n) => ({ key: rows.key(n), size: rows.row(n).length, last: rows.row(n).at(-1) }))
  expect(read).toEqual(sizes.map((size, n) => ({ key: String(n), size, last: n })))
  expect([...rows.order()]).toEqual([0, 1, 2, 3, 4, 5])
})

test('a row as bytes is the same row again', () => {
  const entry = { key: 'A', item: { sku: 'A', at: new Date(0), tags: new Set(['x']), n: 5n }, version: '1' }
  expect(fromBytes(toBytes(entry, 'east'))).toEqual(entry)
})

test('a row that holds more than data is refused, and the cause told', () => {
  const entry: SnapshotEntry = { item: { sku: 'A', read: () => 'A' } }
  const message = '"east" gave a row that holds more than data. Give plain values.'
  const cause = expect.any(Error) as unknown
  const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message, cause }) as Error
  expect(() => toBytes(entry, 'east')).toThrow(error)
})
