import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { externalSort } from '../../src/duckdb/external-sort.ts'

interface Row {
  readonly key: string
  readonly content: readonly number[]
}

const hostile = [
  '\0',
  'a\0',
  'a\0b',
  '\u0001',
  '\u001f',
  '\u007f',
  '\ud7ff',
  '\ue000',
  '\uffee',
  '\uffff',
  '\u{10000}',
  '\u{1f600}',
]
const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...hostile),
  fc.array(fc.constantFrom(...hostile), { maxLength: 6 }).map((parts) => parts.join('')),
)
const contents = fc.oneof(
  fc.array(fc.nat(255), { maxLength: 30 }),
  fc
    .tuple(fc.constantFrom(511, 512, 513, 1_024, 5_000), fc.nat(255))
    .map(([length, byte]) => Array.from({ length }, (_, at) => (at + byte) % 256)),
)
const rows = fc.array(fc.record({ key: keys, content: contents }), { maxLength: 40 })

describe('rows that are put aside', () => {
  test.prop([fc.array(rows, { maxLength: 4 })], { numRuns: 40 })(
    'come back all, in the order of the UTF-8 bytes of their keys',
    async (batches) => {
      const sort = await externalSort({ threads: 1 })
      for (const batch of batches)
        await sort.add(
          batch.map(({ key }) => key),
          batch.map(({ content }) => Uint8Array.from(content)),
        )

      const sorted: Row[] = []
      for await (const page of sort.sorted())
        for (const [index, key] of page.keys.entries()) sorted.push({ key, content: [...page.rows[index]!] })
      await sort.close()

      const inOrder = batches
        .flat()
        .map((row, index) => ({ row, index }))
        .sort((a, b) => compareKeys(a.row.key, b.row.key) || a.index - b.index)
      expect(sorted).toEqual(inOrder.map(({ row }) => row))
    },
  )
})

test('more rows than memory holds are sorted on disk', async () => {
  const count = 400_000
  const sort = await externalSort({ memoryLimit: '64MB' })
  const content = new Uint8Array(200).fill(7)
  for (let start = 0; start < count; start += 5_000) {
    const keysOf = Array.from({ length: 5_000 }, (_, index) => `sku-${((start + index) * 7_919) % count}`)
    await sort.add(
      keysOf,
      keysOf.map(() => content),
    )
  }

  let [rowsSeen, last, largest] = [0, '', 0]
  for await (const page of sort.sorted()) {
    for (const key of page.keys) {
      if (compareKeys(last, key) >= 0) throw new Error(`${key} came after ${last}`)
      last = key
    }
    rowsSeen += page.rows.filter((row) => row.length === 200 && row[199] === 7).length
    largest = Math.max(largest, page.keys.length)
  }
  await sort.close()

  expect(rowsSeen).toBe(count)
  expect(largest).toBeLessThanOrEqual(2_048)
})

test('rows that come out stay what they are when the next ones come', async () => {
  const sort = await externalSort()
  const names = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(5, '0'))
  await sort.add(
    names,
    names.map((name) => Buffer.from(name)),
  )

  const pages: (readonly Uint8Array[])[] = []
  for await (const page of sort.sorted()) pages.push(page.rows)
  await sort.close()

  expect(pages.flat().map((row) => Buffer.from(row).toString())).toEqual(names)
})

test('it ends with its signal, and adds nothing once it is closed', async () => {
  const stop = new AbortController()
  const sort = await externalSort({ signal: stop.signal })
  await sort.add(['a'], [Uint8Array.of(1)])
  const reason = new Error('enough')
  stop.abort(reason)

  await expect(sort.add(['b'], [Uint8Array.of(2)])).rejects.toBe(reason)
  await expect(sort.sorted()[Symbol.asyncIterator]().next()).rejects.toBe(reason)
  await sort.close()

  const other = await externalSort()
  await other.close()
  await expect(other.add(['a'], [Uint8Array.of(1)])).rejects.toThrow('closed')
})

test('want of memory and disk is told with a remedy, however DuckDB fails', async () => {
  const sort = await externalSort({ memoryLimit: '24MB', threads: 4 })
  const content = new Uint8Array(500_000)

  const failing = async () => {
    for (let i = 0; i < 200; i++) await sort.add([`${i}`], [content])
    for await (const { keys: some } of sort.sorted()) expect(some).not.toEqual([])
  }

  await expect(failing()).rejects.toMatchObject({
    code: 'SNAPSHOT_INVALID',
    message: expect.stringContaining('memoryLimit') as string,
  })
  await sort.close()
})
