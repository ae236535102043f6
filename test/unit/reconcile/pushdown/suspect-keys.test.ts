import { describe, expect, test } from 'vitest'
import { SnapshotError } from '../../../../src/errors.ts'
import type { At } from '../../../../src/reconcile/pushdown.ts'
import type { Described, DescribedPlace } from '../../../../src/reconcile/pushdown/places.ts'
import { suspectKeys, type SuspectKey } from '../../../../src/reconcile/pushdown/suspect-keys.ts'
import { fakeDuckDb } from '../../../support/fake-duckdb.ts'

const at: At = (_, work) => work()
const place = (index: number, name: string, attributes: readonly number[]): DescribedPlace => ({
  ...{ name, relation: `${name}_rows`, index, attributes, where: ` WHERE "sku" > 'a'` },
  ...{ keys: ['"sku"', '"lot"'], keyless: [], compared: ['"quantity"'] },
})
const wide: Described = {
  key: ['sku'],
  places: [place(0, 'source', [0, 1]), place(1, 'east', [0, 1]), place(2, 'west', [1, 0])],
  attributes: ['sku', 'quantity'].map((name) => ({ name, type: 'VARCHAR', read: (value) => value })),
  isNarrow: false,
}
type Row = readonly [place: number, sku: string, quantity: number]

async function read(chunks: readonly (readonly Row[])[], rows: number, described = wide) {
  const { duck, statements } = fakeDuckDb({ chunks })
  const batches: (readonly SuspectKey[])[] = []
  for await (const batch of suspectKeys(duck, described, rows, at)) batches.push(batch)
  return { batches, statements }
}
const keysFrom = (first: number, count: number): Row[] =>
  Array.from({ length: count }, (_, n) => [0, `k${first + n}`, 1] as const)

test('keys come with what each place holds, also where a chunk ends between their rows', async () => {
  const { batches } = await read(
    [
      [
        [0, 'A', 1],
        [1, 'A', 2],
      ],
      [
        [2, 'A', 3],
        [1, 'B', 4],
        [1, 'B', 5],
      ],
    ],
    5,
  )

  const held = (sku: string, quantity: number, duplicate = false) => ({
    entry: { item: { sku, quantity } },
    ...{ duplicate, isKnown: true },
  })
  const nothing = { entry: undefined, duplicate: false, isKnown: true }
  expect(batches).toEqual([
    [
      { key: 'A', source: held('A', 1), held: [held('A', 2), held('A', 3)] },
      { key: 'B', source: nothing, held: [held('B', 5, true), nothing] },
    ],
  ])
})

test('nothing is asked for where nothing differs', async () => {
  expect(await read([], 0)).toEqual({ batches: [], statements: [] })
})

test.for([
  ['a few at a time', [2, 1], [3]],
  ['1,000 and the first of the next', [1_001, 1], [1_000, 2]],
  ['1,000, once the last of them is known to be whole', [1_000, 1], [1_000, 1]],
] as const)('keys are handed on by the thousand: %s', async ([, sizes, expected]) => {
  const chunks = sizes.map((size, n) =>
    keysFrom(
      sizes.slice(0, n).reduce((sum, one) => sum + one, 0),
      size,
    ),
  )
  const { batches } = await read(chunks, chunks.flat().length)
  expect(batches.map(({ length }) => length)).toEqual(expected)
})

test('an answer with fewer rows than were counted is refused', async () => {
  const reading = read([keysFrom(0, 2)], 3)
  await expect(reading).rejects.toThrow(
    new SnapshotError('3 rows differ, and 2 came. Give a higher `memoryLimit`, or more disk.'),
  )
})

describe('rows are read', () => {
  test('from what was put aside, where that is all of them', async () => {
    const { statements } = await read([keysFrom(0, 1)], 1, { ...wide, isNarrow: true })
    expect(statements).toEqual([
      'SELECT place, a0, a1 FROM candidates SEMI JOIN suspects USING (k0) ORDER BY k0, place',
    ])
  })

  test('from the places themselves, where they hold more than is compared', async () => {
    const { duck, statements: sql } = fakeDuckDb()
    await expect(suspectKeys(duck, { ...wide, key: ['sku', 'lot'] }, 1, at).next()).rejects.toThrow('0 came')
    const rows = (name: string, index: number, columns: string) =>
      `SELECT * FROM (SELECT ${index} AS place, "sku" AS k0, "lot" AS k1, ${columns} FROM ${name}_rows WHERE "sku" > 'a') ` +
      'SEMI JOIN suspects USING (k0, k1)'
    expect(sql).toEqual([
      `SELECT place, a0, a1 FROM (${rows('source', 0, '"sku" AS a0, "quantity" AS a1')} UNION ALL BY NAME ` +
        `${rows('east', 1, '"sku" AS a0, "quantity" AS a1')} UNION ALL BY NAME ` +
        `${rows('west', 2, '"quantity" AS a1, "sku" AS a0')}) ORDER BY k0, k1, place`,
    ])
  })
})
