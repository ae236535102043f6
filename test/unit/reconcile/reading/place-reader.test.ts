import { SnapshotError, type SnapshotEntry } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import {
  entryAt,
  keyAt,
  keyOf,
  load,
  needsPage,
  placeReader,
  skipDuplicates,
} from '../../../../src/reconcile/reading/place-reader.ts'

const told = (key: string): SnapshotEntry => ({ key, item: { sku: key } })
const untold = (key: string): SnapshotEntry => ({ item: { sku: key } })
const whole = { summary: { complete: true } }

/** A reader of these pages and this end, and how often its place was let go. */
function readerOf(pages: readonly unknown[], limits: { wanted?: (key: string) => boolean; until?: string } = {}) {
  const rest = [...pages]
  let closed = 0
  const reader = placeReader(
    { place: 'east', keyNames: ['sku'] },
    { next: async () => rest.shift() as never, close: () => (closed += 1) },
    { wanted: limits.wanted, until: limits.until },
  )
  return { reader, rest, closed: () => closed }
}

/** All keys that a reader stands at, one after the other. */
async function walk({ reader }: ReturnType<typeof readerOf>): Promise<string[]> {
  const keys: string[] = []
  for (;;) {
    await load(reader)
    const key = keyAt(reader)
    if (key === undefined) return keys
    keys.push(key)
    reader.at++
  }
}

test.each([
  ['with keys of their own', told],
  ['whose keys are in their items', untold],
])('rows %s are read page by page, to their end', async (_, row) => {
  const read = readerOf([{ entries: [row('A'), row('B')] }, { entries: [] }, { entries: [row('C')] }, whole])
  expect(await walk(read)).toEqual(['A', 'B', 'C'])
  expect(read.reader).toMatchObject({ ended: true, complete: true, error: undefined, given: 3 })
})

test('rows of both kinds may stand in one page', async () => {
  expect(await walk(readerOf([{ entries: [told('A'), untold('B'), told('C')] }, whole]))).toEqual(['A', 'B', 'C'])
  expect(await walk(readerOf([{ entries: [untold('A'), told('B')] }, whole]))).toEqual(['A', 'B'])
})

test.each([
  ['is no object', null, '"east" gave a row that is no object.'],
  ['has an empty key', { key: '', item: { sku: 'B' } }, '"east" gave a row whose key is no text.'],
  ['has a number as its key', { key: 7, item: { sku: 'B' } }, '"east" gave a row whose key is no text.'],
])('a row that %s is refused, first or later in its page', async (_, odd, message) => {
  await expect(walk(readerOf([{ entries: [odd, told('C')] }, whole]))).rejects.toThrow(new SnapshotError(message))
  await expect(walk(readerOf([{ entries: [told('A'), odd, told('C')] }, whole]))).rejects.toThrow(
    new SnapshotError(message),
  )
})

test('no page is asked for while the successor of the row at hand is known', async () => {
  const { reader, rest } = readerOf([{ entries: [told('A'), told('B'), told('C')] }, { entries: [told('D')] }, whole])
  expect(needsPage(reader)).toBe(true)
  await load(reader)
  reader.at++
  expect([needsPage(reader), rest.length]).toEqual([false, 2])
  reader.at++
  expect(needsPage(reader)).toBe(true)
  await load(reader)
  expect([keyAt(reader), keyOf(reader, reader.at + 1), keyOf(reader, 1)]).toEqual(['C', 'D', undefined])
})

test('of a sorted place only what is wanted is at hand, and past its last key it is let go', async () => {
  const wanted = (key: string) => key > 'A' && key <= 'C'
  const pages = [{ entries: [told('A'), told('B')] }, { entries: [told('C'), told('D')] }, { entries: [told('E')] }]
  const read = readerOf(pages, { wanted, until: 'C' })
  expect(await walk(read)).toEqual(['B', 'C'])
  expect(read.reader).toMatchObject({ ended: true, complete: true, given: 4 })
  expect([read.closed(), read.rest]).toEqual([1, [pages[2]]])
})

test('a place whose last key is the last that is wanted goes on: there may be another row of it', async () => {
  const read = readerOf([{ entries: [told('B'), told('C')] }, { entries: [told('C')] }, whole], {
    ...{ wanted: () => true, until: 'C' },
  })
  expect(await walk(read)).toEqual(['B', 'C', 'C'])
  expect(read.closed()).toBe(0)
})

test('without a last key, every page is read', async () => {
  const read = readerOf([{ entries: [told('A')] }, { entries: [] }, { entries: [told('Z')] }, whole], {
    wanted: (key) => key === 'Z',
  })
  expect(await walk(read)).toEqual(['Z'])
  expect([read.closed(), read.reader.given]).toEqual([0, 2])
})

test.each([
  ['a summary of nothing', { summary: undefined }, true],
  ['a summary', { summary: {} }, true],
  ['as many rows as it gave', { summary: { rows: 1 } }, true],
  ['that not all came', { summary: { complete: false } }, false],
  ['that it was cut off', { cut: true }, false],
])('a place that ends with %s', async (_, end, complete) => {
  const read = readerOf([{ entries: [told('A')] }, end])
  await walk(read)
  expect(read.reader).toMatchObject({ ended: true, complete, error: undefined })
})

test('a place that fails, or miscounts, is not complete, and tells why', async () => {
  const error = new Error('gone')
  const failed = readerOf([{ entries: [told('A')] }, { error }])
  await walk(failed)
  expect(failed.reader).toMatchObject({ ended: true, complete: false, error })
  const miscounted = readerOf([{ entries: [told('A')] }, { summary: { complete: true, rows: 2 } }])
  await walk(miscounted)
  expect(miscounted.reader).toMatchObject({
    ...{ ended: true, complete: false },
    error: new SnapshotError('"east" said that it gave 2 rows, and 1 were read.'),
  })
})

test('rows of one key are stepped over and noted, and of a key before it is told', async () => {
  const long = 'b'.repeat(70)
  const { reader } = readerOf([{ entries: [told(long), told(long), told('a')] }, whole])
  await load(reader)
  expect(() => {
    skipDuplicates(reader)
  }).toThrow(
    new SnapshotError(
      `"east" promised keys in UTF-8 byte order, and gave "a" after "${long.slice(0, 60)}". Sort by bytes (COLLATE "C"), or say order: 'none'.`,
    ),
  )
  expect([reader.at, reader.duplicate]).toEqual([1, true])
})

test('a key that comes once, or last, is no duplicate', async () => {
  const { reader } = readerOf([{ entries: [told('A'), told('B')] }, whole])
  await load(reader)
  skipDuplicates(reader)
  expect([reader.at, reader.duplicate]).toEqual([0, false])
  reader.at = 1
  await load(reader)
  skipDuplicates(reader)
  expect([keyAt(reader), reader.duplicate]).toEqual(['B', false])
  reader.at = 2
  skipDuplicates(reader)
  expect(reader.duplicate).toBe(false)
})

test('rows whose first tells its key are at hand as they came; else their keys are made at once', async () => {
  const page = [told('A'), untold('B'), told('C')]
  const asTheyCame = readerOf([{ entries: page }])
  await load(asTheyCame.reader)
  expect(asTheyCame.reader).toMatchObject({ entries: page, keys: undefined, at: 0, carried: undefined, given: 3 })
  for (const first of [untold('A'), { ...untold('A'), key: undefined }]) {
    const made = readerOf([{ entries: [first, told('B')] }])
    await load(made.reader)
    expect(made.reader).toMatchObject({ entries: [first, told('B')], keys: ['A', 'B'], at: 0, carried: undefined })
  }
})

test('rows that are wanted are at hand with their keys', async () => {
  const { reader } = readerOf([{ entries: [told('A'), told('B'), untold('C'), told('D')] }], {
    wanted: (key) => key > 'B',
  })
  await load(reader)
  expect(reader).toMatchObject({ entries: [untold('C'), told('D')], keys: ['C', 'D'], given: 4 })
})

test('the last row of a page is carried over to the next', async () => {
  const { reader } = readerOf([{ entries: [told('A'), told('B')] }, { entries: [] }, { entries: [told('C')] }])
  await load(reader)
  reader.at = 1
  await load(reader)
  expect(reader).toMatchObject({ at: -1, carriedKey: 'B', carried: told('B'), entries: [told('C')] })
  expect([keyAt(reader), entryAt(reader, -1), entryAt(reader, 0)]).toEqual(['B', told('B'), told('C')])
})

test.each(['B', '\u{1f600}'])('up to the last key that is wanted a page may be empty: %j', async (until) => {
  const pages = [{ entries: [] }, { entries: [told('A')] }, { entries: [] }, { entries: [told(until)] }, whole]
  const read = readerOf(pages, { wanted: () => true, until })
  expect(await walk(read)).toEqual(['A', until])
  expect(read.closed()).toBe(0)
})

test('past a last key whose bytes stand before the next, though not by UTF-16, a place is let go', async () => {
  const read = readerOf([{ entries: [told('\uffee'), told('\u{1f600}')] }], {
    ...{ wanted: (key: string) => key === '\uffee', until: '\uffee' },
  })
  expect(await walk(read)).toEqual(['\uffee'])
  expect(read.closed()).toBe(1)
})
