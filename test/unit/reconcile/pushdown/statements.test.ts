import { expect, test } from 'vitest'
import { SnapshotError } from '../../../../src/errors.ts'
import type { Described, DescribedPlace } from '../../../../src/reconcile/pushdown/places.ts'
import * as statements from '../../../../src/reconcile/pushdown/statements.ts'
import { fakeDuckDb } from '../../../support/fake-duckdb.ts'

const place = (index: number, name: string, attributes: readonly number[]): DescribedPlace => ({
  ...{ name, relation: `${name}_rows`, index, attributes, where: ` WHERE "sku" > 'a'` },
  ...{ keys: ['"sku"', '"lot"'], keyless: ['"sku" IS NULL', '"lot" IS NULL'], compared: ['"quantity"', 'NULL'] },
})
const places = [place(0, 'source', [0, 1]), place(1, 'east', [0, 2])]
const attributes = ['sku', 'lot', 'on "hand"'].map((name) => ({
  name,
  type: 'VARCHAR',
  read: (value: unknown) => value,
}))
const wide: Described = { key: ['sku', 'lot'], places, attributes, isNarrow: false }
const narrow: Described = { ...wide, isNarrow: true }

const hashes = 'hash("sku", "lot") AS key_hash'
const values = '"quantity" AS v0, NULL AS v1'
const content = 'hash(hash(key_hash, v0, v1)) AS content'
const bucket = '(key_hash >> 50)::USMALLINT'

test('a place has its attributes under numbers, quoted', () => {
  expect(statements.keyColumns(wide)).toBe('k0, k1')
  expect(statements.attributeColumns(wide, places[1]!)).toEqual(['"sku" AS a0', '"on ""hand""" AS a2'])
})

test.for([
  [wide, '', ''],
  [narrow, ', a0, a2', ', "sku" AS a0, "on ""hand""" AS a2'],
] as const)(
  'rows are put aside by key and content, with all attributes only where that is little',
  async ([described, kept, columns]) => {
    const { duck, statements: sql } = fakeDuckDb()
    await statements.putAside(duck, described, places[1]!)
    expect(sql).toEqual([
      `INSERT INTO candidates BY NAME SELECT 1::USMALLINT AS place, ${content}, k0, k1${kept} FROM ` +
        `(SELECT ${hashes}, "sku" AS k0, "lot" AS k1, ${values}${columns} FROM east_rows WHERE "sku" > 'a') ` +
        `SEMI JOIN buckets ON bucket = ${bucket}`,
    ])
  },
)

test('the tables are made for what is put aside, of the places without a row', async () => {
  const { duck, statements: sql } = fakeDuckDb()
  await statements.makeTables(duck, wide)
  const empty = (index: number, relation: string) =>
    `(SELECT ${index}::USMALLINT AS place, ${content}, k0, k1 FROM ` +
    `(SELECT ${hashes}, "sku" AS k0, "lot" AS k1, ${values} FROM ${relation} WHERE "sku" > 'a') LIMIT 0)`
  expect(sql).toEqual([
    'SET perfect_ht_threshold = 17',
    'CREATE TEMP TABLE sums (place USMALLINT, bucket USMALLINT, row_count BIGINT, combined UBIGINT)',
    'CREATE TEMP TABLE source (key_hash UBIGINT, content UBIGINT)',
    'CREATE TEMP TABLE buckets (bucket USMALLINT)',
    `CREATE TEMP TABLE candidates AS ${empty(0, 'source_rows')} UNION ALL BY NAME ${empty(1, 'east_rows')}`,
  ])
})

test('the source alone is kept while it is summed up, to look for keys that come twice', async () => {
  const { duck, statements: sql } = fakeDuckDb()
  for (const one of places) await statements.sumUp(duck, one)
  const rows = (relation: string) =>
    `SELECT key_hash, ${content} FROM (SELECT ${hashes}, ${values} FROM ${relation} WHERE "sku" > 'a')`
  const sums = (index: number) =>
    `INSERT INTO sums SELECT ${index}, ${bucket} AS bucket, count(*), bit_xor(content) FROM`
  expect(sql).toEqual([
    `INSERT INTO source ${rows('source_rows')}`,
    `${sums(0)} source GROUP BY bucket`,
    `${sums(1)} (${rows('east_rows')}) GROUP BY bucket`,
  ])
})

test('a place without rows that lack a key is asked for each way to lack one', async () => {
  const { duck, statements: sql } = fakeDuckDb()
  await statements.checkKeys(duck, places[1]!)
  expect(sql).toEqual([
    'SELECT 1 FROM east_rows WHERE "sku" IS NULL LIMIT 1',
    'SELECT 1 FROM east_rows WHERE "lot" IS NULL LIMIT 1',
  ])
})

test('a place with a row that lacks a key is told', async () => {
  const { duck } = fakeDuckDb({}, { rows: [[1]] })
  await expect(statements.checkKeys(duck, places[1]!)).rejects.toThrow(
    new SnapshotError('"east" holds rows without a key. Leave them out, or give them one.'),
  )
})

test.for([
  ['nothing anywhere', [], 0, 0],
  [
    'all equal',
    [
      [0, 5n, 0n],
      [1, 5n, 0n],
    ],
    5,
    0,
  ],
  [
    'suspects at both',
    [
      [0, 5n, 2n],
      [1, 6n, 3n],
    ],
    3,
    5,
  ],
  ['all of one place, and none of another', [[0, 4n, 4n]], 0, 4],
] as const)('equal keys are those that are no suspects: %s', async ([, rows, equalKeys, suspectRows]) => {
  expect(await statements.markSuspects(fakeDuckDb({ rows }).duck, wide)).toEqual({ equalKeys, suspectRows })
})

test.for([
  [
    'not as many equal keys at each place',
    [
      [0, 5n, 1n],
      [1, 5n, 2n],
    ],
  ],
  [
    'none at one of two places that have rows',
    [
      [0, 5n, 5n],
      [1, 5n, 2n],
    ],
  ],
  ['equal keys at one place, and not a row at the other', [[0, 5n, 1n]]],
] as const)('places that were written to meanwhile are refused: %s', async ([, rows]) => {
  await expect(statements.markSuspects(fakeDuckDb({ rows }).duck, wide)).rejects.toThrow(
    new SnapshotError('The places were written to while they were compared. Compare copies that stay as they are.'),
  )
})
