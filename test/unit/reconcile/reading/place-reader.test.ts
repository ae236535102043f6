import { describe, expect, test } from 'vitest'
import type { SnapshotEntry } from '../../../../src/ports/snapshot.ts'
import type { NextPage } from '../../../../src/reconcile/reading/next-page.ts'
import {
  entryAt,
  keyAt,
  keyOf,
  load,
  needsPage,
  placeReader,
  skipDuplicates,
} from '../../../../src/reconcile/reading/place-reader.ts'

const keyed = (key: string): SnapshotEntry => ({ key, item: { sku: key } })
const bare = (sku: string): SnapshotEntry => ({ item: { sku } })
const anything = (...entries: readonly unknown[]) => ({ entries: entries as readonly SnapshotEntry[] })
const entries = (...of: readonly SnapshotEntry[]) => ({ entries: of })

interface Range {
  readonly wanted?: (key: string) => boolean
  readonly until?: string
}

/** A place that gives these pages, and how often it was asked and closed. */
function reading(answers: readonly NextPage[], { wanted, until }: Range = {}) {
  const left = [...answers]
  const calls = { next: 0, close: 0 }
  const pages = {
    async next() {
      calls.next++
      return Promise.resolve(left.shift() ?? { cut: true as const })
    },
    close() {
      calls.close++
    },
  }
  return { reader: placeReader({ place: 'east', keyNames: ['sku'] }, pages, { wanted, until }), calls }
}

describe('the rows at hand', () => {
  const at = { carried: undefined, carriedKey: undefined, at: 0, ended: false, complete: false, error: undefined }

  test('are as they came where the first tells its key, without a list of keys', async () => {
    const page = [keyed('A'), bare('B'), keyed('C')]
    const { reader } = reading([entries(...page)])
    await load(reader)
    expect(reader).toMatchObject({ ...at, entries: page, keys: undefined, given: 3, duplicate: false })
    expect([0, 1, 2, 3].map((index) => keyOf(reader, index))).toEqual(['A', 'B', 'C', undefined])
  })

  test.each([
    ['no key', bare('A')],
    ['undefined as its key', { key: undefined, item: { sku: 'A' } }],
  ])('have a list of keys where the first tells %s', async (_, first) => {
    const page = [first, keyed('B')]
    const { reader } = reading([entries(...page)])
    await load(reader)
    expect(reader).toMatchObject({ ...at, entries: page, keys: ['A', 'B'], given: 2 })
    expect([0, 1, 2].map((index) => keyOf(reader, index))).toEqual(['A', 'B', undefined])
  })

  test('are those that are wanted, each with its key; all that came are counted', async () => {
    const { reader } = reading([entries(keyed('A'), keyed('B'), bare('C'), keyed('D'))], { wanted: (key) => key > 'B' })
    await load(reader)
    expect(reader).toMatchObject({ ...at, entries: [bare('C'), keyed('D')], keys: ['C', 'D'], given: 4 })
  })

  test('go on from the last row of the page before', async () => {
    const { reader, calls } = reading([entries(keyed('A'), keyed('B')), entries(), entries(keyed('C'))])
    await load(reader)
    expect(calls.next).toBe(1)
    reader.at = 1
    expect(needsPage(reader)).toBe(true)
    await load(reader)
    expect(calls.next).toBe(3)
    expect(reader).toMatchObject({ at: -1, carriedKey: 'B', carried: keyed('B'), entries: [keyed('C')], given: 3 })
    expect([keyAt(reader), entryAt(reader, -1), entryAt(reader, 0)]).toEqual(['B', keyed('B'), keyed('C')])
  })
})

describe('a row whose key cannot be had', () => {
  const noText = '"east" gave a row whose key is no text.'
  const noRow = '"east" gave a row that is no object.'

  test.each([
    ['an empty key', { key: '', item: { sku: 'B' } }, noText],
    ['a number as its key', { key: 5, item: { sku: 'B' } }, noText],
    ['no item', { item: undefined }, noRow],
    ['null for a row', null, noRow],
    ['nothing for a row', undefined, noRow],
  ])('ends the place when it is come to: %s', async (_, odd, message) => {
    const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as Error
    const { reader } = reading([anything(keyed('A'), odd)])
    await load(reader)
    expect(keyAt(reader)).toBe('A')
    expect(() => keyOf(reader, 1)).toThrow(error)
  })
})

describe('past the last key that is wanted', () => {
  const ended = { ended: true, complete: true, error: undefined }

  test.each([
    ['in its order', 'B', ['A', 'B', 'C']],
    ['in the order of bytes', '\uffee', ['A', '\u{1f600}']],
  ])('a place is let go, and counts as whole: %s', async (_, until, keys) => {
    const wanted = (key: string) => key !== keys.at(-1)
    const { reader, calls } = reading([entries(...keys.map(keyed))], { wanted, until })
    reader.at = 5 // further than the page
    await load(reader)
    expect(reader).toMatchObject({ ...ended, keys: keys.slice(0, -1), given: keys.length })
    expect(calls).toEqual({ next: 1, close: 1 })
  })

  test.each(['B', '\u{1f600}'])('a place is read on before it, also after an empty page: %j', async (until) => {
    const { reader, calls } = reading([entries(), entries(keyed('A')), entries(keyed(until)), { summary: undefined }], {
      wanted: () => true,
      until,
    })
    await load(reader)
    expect(reader).toMatchObject({ ended: false, carriedKey: 'A' })
    reader.at = 0
    await load(reader)
    expect(reader).toMatchObject({ ...ended, given: 2 })
    expect(calls).toEqual({ next: 4, close: 0 })
  })

  test('a place is read on where only other keys are left out', async () => {
    const { reader, calls } = reading([entries(keyed('A'), keyed('\uffee'), keyed('\uffef'))], { wanted: () => true })
    await load(reader)
    expect(reader).toMatchObject({ ended: false, complete: false })
    expect(calls).toEqual({ next: 1, close: 0 })
  })
})

describe('the end of a place', () => {
  const said = (rows: number) => `"east" said that it gave ${String(rows)} rows, and 2 were read.`
  const invalid = (message: string) => expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as unknown

  test.each<[string, NextPage, { readonly complete: boolean; readonly error?: unknown }]>([
    ['with nothing said', { summary: undefined }, { complete: true }],
    ['with null', { summary: null }, { complete: true }],
    ['with the number of its rows', { summary: { rows: 2 } }, { complete: true }],
    [
      'with more rows than came',
      { summary: { complete: true, rows: 3 } },
      { complete: false, error: invalid(said(3)) },
    ],
    ['with fewer', { summary: { complete: true, rows: 1 } }, { complete: false, error: invalid(said(1)) }],
    ['that is not all', { summary: { complete: false, rows: 2 } }, { complete: false }],
    ['by an error', { error: 'down' }, { complete: false, error: 'down' }],
    ['of the run', { cut: true }, { complete: false }],
  ])('%s', async (_, page, expected) => {
    const { reader, calls } = reading([entries(keyed('A'), keyed('B')), page])
    await load(reader)
    reader.at = 1
    await load(reader)
    expect(reader).toMatchObject({ ended: true, error: undefined, ...expected })
    expect([keyAt(reader), needsPage(reader)]).toEqual(['B', false])
    await load(reader)
    expect(calls).toEqual({ next: 2, close: 0 })
  })
})

describe('rows of one key', () => {
  test('are stepped over to the last of them, which is noted', async () => {
    const { reader } = reading([entries(keyed('A'), keyed('A'), keyed('A'), keyed('B'))])
    await load(reader)
    skipDuplicates(reader)
    expect(reader).toMatchObject({ at: 2, duplicate: true })
  })

  test('are none at the end of a place', async () => {
    const { reader } = reading([entries(keyed('A')), { summary: undefined }])
    await load(reader)
    skipDuplicates(reader)
    reader.at = 1
    skipDuplicates(reader)
    expect(reader).toMatchObject({ at: 1, duplicate: false })
  })
})

test('keys out of order are named by their first 60 characters', async () => {
  const [first, second] = ['B'.repeat(61), 'A'.repeat(60)]
  const { reader } = reading([entries(keyed(first), keyed(second))])
  await load(reader)
  const message = `"east" promised keys in UTF-8 byte order, and gave "${second}" after "${'B'.repeat(60)}". Sort by bytes (COLLATE "C"), or say order: 'none'.`
  const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as Error
  expect(() => {
    skipDuplicates(reader)
  }).toThrow(error)
})
