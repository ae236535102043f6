import { DECIMAL, DOUBLE, INTEGER, UNION, VARCHAR } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { SnapshotError } from '../../../../src/errors.ts'
import type { At, RelationsToCompare } from '../../../../src/reconcile/pushdown.ts'
import { describePlaces } from '../../../../src/reconcile/pushdown/places.ts'
import { fakeDuckDb, type FakeAnswer } from '../../../support/fake-duckdb.ts'

const at: At = (_, work) => work()
const given = { source: 'inventory', warehouses: { east: 'shelves' }, key: ['sku'] } as const
const described = (columns: readonly FakeAnswer['columns'][], more: Partial<RelationsToCompare> = {}) =>
  describePlaces(fakeDuckDb(...columns.map((own) => ({ columns: own! }))).duck, { ...given, ...more }, at)

test('places are described by what is compared of them, the source first', async () => {
  const { places, attributes, ...rest } = await described([
    { sku: VARCHAR, quantity: INTEGER },
    { quantity: DECIMAL(10, 2), sku: VARCHAR, shelf: VARCHAR },
  ])

  expect(rest).toEqual({ key: ['sku'], isNarrow: false })
  const key = { keys: ['"sku"'], keyless: ['"sku" IS NULL', '"sku" < chr(1) AND strlen("sku") = 0'], where: '' }
  const compared = ['CAST("quantity" AS DECIMAL(12, 2))']
  expect(places).toEqual([
    { name: 'source', relation: 'inventory', index: 0, ...key, compared, attributes: [0, 1] },
    { name: 'east', relation: 'shelves', index: 1, ...key, compared, attributes: [2, 0, 3] },
  ])
  expect(attributes.map(({ name, type }) => `${name} ${type}`)).toEqual([
    ...['sku VARCHAR', 'quantity INTEGER', 'quantity DECIMAL(10,2)', 'shelf VARCHAR'],
  ])
})

test.for([
  [{ sku: VARCHAR, quantity: INTEGER }, undefined, true],
  [{ sku: VARCHAR, quantity: INTEGER }, ['quantity'], true],
  [{ sku: VARCHAR, quantity: INTEGER }, ['sku', 'quantity'], true],
  [{ sku: VARCHAR, quantity: INTEGER, shelf: VARCHAR }, ['quantity'], false],
  [{ sku: VARCHAR, quantity: INTEGER, shelf: VARCHAR }, ['sku', 'quantity'], false],
  [{ sku: VARCHAR, quantity: INTEGER, shelf: VARCHAR }, undefined, true],
] as const)('rows of %j of which %j are compared hold no more than that: %s', async ([columns, fields, isNarrow]) => {
  expect(await described([columns, columns], { fields })).toMatchObject({ isNarrow })
})

test('a number as key is none where it is endless, and whatever is NULL is none', async () => {
  const columns = { sku: DOUBLE, lot: INTEGER }
  const { places } = await described([columns, columns], { key: ['sku', 'lot'] })
  expect(places.map(({ keyless }) => keyless)).toEqual(
    Array(2).fill(['"sku" IS NULL', 'NOT isfinite("sku")', '"lot" IS NULL']),
  )
})

test.for([
  [{}, ''],
  [{ after: "a'b" }, ` WHERE "sku" > 'a''b'`],
  [{ until: 'c' }, ` WHERE "sku" <= 'c'`],
  [{ after: 'a', until: 'c' }, ` WHERE "sku" > 'a' AND "sku" <= 'c'`],
  [{ after: '' }, ` WHERE "sku" > ''`],
] as const)('of the range %j, rows are asked for by%s', async ([range, where]) => {
  const { places } = await described([{ sku: VARCHAR }, { sku: VARCHAR }], range)
  expect(places.map((place) => place.where)).toEqual([where, where])
})

test('a column that has no form in an item is told by its name, type and place', async () => {
  const columns = { sku: VARCHAR, size: UNION({ n: INTEGER }) }
  await expect(described([{ sku: VARCHAR }, columns])).rejects.toThrow(
    new SnapshotError(
      'The column "size" of "east" has the type UNION("n" INTEGER), which has no form in an item. Leave it out.',
    ),
  )
})
