import { SnapshotError } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { checkedAnswer } from '../../../../src/reconcile/sql/answer.ts'
import type { SqlComparison } from '../../../../src/reconcile/sql/comparison.ts'

const comparison: SqlComparison = {
  ...{ source: 'stock', key: ['sku'], fields: ['quantity'], quantity: 'quantity', listed: 2 },
  warehouses: ['east', 'west'].map((name) => ({ name, rows: name, where: undefined })),
}

/** A row of the answer; its counts come as a database gives them. */
function row(entry: string, warehouse: string, kind: string, counts: object = {}) {
  const none = { in_source: 0, expected: 0, held: 0, keys: 1, units: 0, units_absolute: 0 }
  return { entry, warehouse, kind, ...none, ...counts }
}

const equal = (warehouse: string, keys: unknown = 3) => row('count', warehouse, 'equal', { keys })
const whole = [equal('east'), equal('west')]

test('the rows of a whole answer have numbers for their counts', () => {
  const given = [row('count', 'east', 'equal', { keys: '3', in_source: 3n, units: '-1.5' }), equal('west')]
  expect(checkedAnswer(new Set(given), comparison)[0]).toEqual({
    ...{ entry: 'count', warehouse: 'east', kind: 'equal', values: given[0] },
    ...{ in_source: 3, expected: 0, held: 0, keys: 3, units: -1.5, units_absolute: 0 },
  })
})

test('a warehouse may have keys of several kinds, some of which it neither should hold nor does', () => {
  const rows = [equal('east', 1), row('count', 'east', 'none', { keys: 2 }), equal('west', 3)]
  expect(checkedAnswer(rows, comparison).map(({ kind, keys }) => [kind, keys])).toEqual([
    ['equal', 1],
    ['none', 2],
    ['equal', 3],
  ])
})

test.each([
  ['none', undefined],
  ['null', null],
  ['a text', 'count'],
  ['of another entry', row('total', 'east', 'equal')],
  ['of another kind', row('count', 'east', 'stale')],
  ['without a kind', { ...row('count', 'east', 'equal'), kind: undefined }],
  ['of no warehouse', row('count', 'north', 'equal')],
  ['whose warehouse is no text', { ...row('count', 'east', 'equal'), warehouse: 7 }],
  ['with a count of null', equal('east', null)],
  ['without a count', row('count', 'east', 'equal', { keys: undefined })],
  ['with an empty count', equal('east', '')],
  ['with a count that is no number', equal('east', 'three')],
])('a row that is %s is not of such an answer', (_, odd) => {
  expect(() => checkedAnswer([...whole, odd], comparison)).toThrow(
    new SnapshotError("The rows are not what reconcileSql's statement answers. Give its rows, by column names."),
  )
})

test.each([
  ['the table', [row('count', 'east', 'keyless', { in_source: 1, held: 1 })], 'source'],
  ['a warehouse', [row('count', 'east', 'keyless', { held: 2 })], 'east'],
  ['the second warehouse', [row('count', 'east', 'keyless'), row('count', 'west', 'keyless', { held: 1 })], 'west'],
  ['nobody that is known', [row('count', 'west', 'keyless')], 'west'],
])('rows without a key are told of %s', (_, rows, place) => {
  const others = [row('count', 'east', 'equal', { held: 9 }), equal('west')]
  expect(() => checkedAnswer([...others, ...rows], comparison)).toThrow(
    new SnapshotError(`"${place}" holds rows without a key. Leave them out, or give them one.`),
  )
})

const missing = (keys: number) => row('count', 'east', 'missing', { keys })
const drift = row('drift', 'east', 'missing')

test.each([
  ['one', [missing(1), drift]],
  ['as many as are listed', [missing(2), drift, drift]],
  ['more than are listed', [missing(5), drift, drift]],
])('drift of %s comes with its rows', (_, rows) => {
  const keys = rows[0]?.keys ?? 0
  expect(checkedAnswer([...rows, equal('west', keys)], comparison)).toHaveLength(rows.length + 1)
})

test.each([
  ['a row of drift is missing', [missing(2), drift, equal('west', 2)], '2 missing counted at "east", and 1 came'],
  [
    'a row of drift is too much',
    [missing(1), drift, drift, equal('west', 1)],
    '1 missing counted at "east", and 2 came',
  ],
  ['drift is not counted', [drift, equal('east'), equal('west')], '0 missing counted at "east", and 1 came'],
  ['a page came twice', [equal('east'), equal('east'), equal('west', 6)], 'A row came twice'],
  ['keys are missing', [equal('east', 3), equal('west', 2)], 'Not as many keys are counted at every warehouse'],
])('an answer is not whole where %s', (_, rows, what) => {
  expect(() => checkedAnswer(rows, comparison)).toThrow(
    new SnapshotError(`${what}. Read all of the result, and each page once.`),
  )
})
