import { SnapshotError } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { comparableKey } from '../../../../src/reconcile/pushdown/comparable-key.ts'

/** The key column `sku` of places p0, p1, … in these types. */
function keyOf(...types: readonly (string | undefined)[]) {
  return comparableKey(
    'sku',
    types.map((type, index) => ({ place: `p${index}`, sql: `c${index}`, type })),
  )
}

test.each([
  ['VARCHAR', 'text'],
  ['FLOAT', 'float'],
  ['DOUBLE', 'float'],
  ['TINYINT', 'other'],
  ['UBIGINT', 'other'],
  ['HUGEINT', 'other'],
  ['UHUGEINT', 'other'],
  ['BLOB', 'other'],
  ['DATE', 'other'],
  ['UUID', 'other'],
  ['TIMESTAMP', 'other'],
  ['TIMESTAMP_S', 'other'],
  ['TIMESTAMP_MS', 'other'],
  ['TIMESTAMP_NS', 'other'],
  ['DECIMAL(15, 3)', 'other'],
  ['DECIMAL(15,12)', 'other'],
  ['DECIMAL(38,0)', 'other'],
  ['DECIMAL(1,0)', 'other'],
])('%s everywhere is a key as it is', (type, kind) => {
  expect(keyOf(type, type)).toEqual({ sql: ['c0', 'c1'], kind })
})

test('integers of several types are compared as the widest of them', () => {
  const wide = ['CAST(c0 AS HUGEINT)', 'CAST(c1 AS HUGEINT)']
  expect(keyOf('TINYINT', 'UBIGINT')).toEqual({ sql: wide, kind: 'other' })
  expect(keyOf('INTEGER', 'BIGINT')).toEqual({ sql: wide, kind: 'other' })
})

test.each([
  ['DECIMAL(16,1)'],
  ['DECIMAL(38,10)'],
  ['BOOLEAN'],
  ['INTEGER[]'],
  ['VARCHAR[]'],
  ['DECIMAL(5,2)[]'],
  ['STRUCT(a INTEGER)'],
  ['STRUCT(a UUID'],
  ['TIME'],
  ['TIMESTAMP WITH TIME ZONE'],
  ['DECIMAL(9)'],
])('%s is no key', (type) => {
  expect(() => keyOf('VARCHAR', type)).toThrow(
    new SnapshotError(`"p1" has the key column "sku" in the type ${type}, which is no key. Write it as text.`),
  )
})

test('a place without the column is told', () => {
  expect(() => keyOf('VARCHAR', undefined)).toThrow(
    new SnapshotError('"p1" does not have the key column "sku". Rename the one that is.'),
  )
})

test.each([
  ['VARCHAR', 'INTEGER'],
  ['INTEGER', 'VARCHAR'],
  ['DOUBLE', 'FLOAT'],
  ['DECIMAL(9,2)', 'DECIMAL(9,3)'],
])('%s and %s are told apart by their places', (one, other) => {
  expect(() => keyOf(one, other)).toThrow(
    new SnapshotError(
      `"p1" has the key column "sku" in the type ${other}, and "p0" in ${one}. Write both in one type.`,
    ),
  )
})
