import { expect, test } from 'vitest'
import { SnapshotError } from '../../../../src/errors.ts'
import { comparableKey } from '../../../../src/reconcile/pushdown/comparable-key.ts'

const sku = (...types: readonly (string | undefined)[]) =>
  comparableKey(
    'sku',
    types.map((type, index) => ({ place: ['source', 'east', 'west'][index]!, sql: '"sku"', type })),
  )
const integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']
const unsigned = integers.map((type) => `U${type}`)

test.for([
  ['VARCHAR', 'text'],
  ['FLOAT', 'float'],
  ['DOUBLE', 'float'],
  ...[...integers, ...unsigned].map((type) => [type, 'other'] as const),
  ...['DECIMAL(15,15)', 'DECIMAL(15, 2)', 'DECIMAL(38,0)', 'DECIMAL(2,1)'].map((type) => [type, 'other'] as const),
  ...['BLOB', 'UUID', 'DATE'].map((type) => [type, 'other'] as const),
  ...['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'].map((type) => [type, 'other'] as const),
] as const)('a key of %s is sorted as it is: %s', ([type, kind]) => {
  expect(sku(type, type)).toEqual({ sql: ['"sku"', '"sku"'], kind })
})

test.for([
  ...['DECIMAL(16,1)', 'DECIMAL(38, 10)', 'BOOLEAN', 'TIME', 'INTERVAL', 'BIT', 'BIGNUM', 'TIMESTAMP WITH TIME ZONE'],
  ...['INTEGER[]', 'VARCHAR[]', 'DECIMAL(5,2)[]', 'STRUCT("a" DATE)', `ENUM('a')`],
])('%s is no key', (type) => {
  expect(() => sku(type, type)).toThrow(
    new SnapshotError(`"source" has the key column "sku" in the type ${type}, which is no key. Write it as text.`),
  )
})

test('integers of several types are sorted in one that holds them all', () => {
  const sql = 'CAST("sku" AS HUGEINT)'
  expect(sku('INTEGER', 'UBIGINT', 'INTEGER')).toEqual({ sql: [sql, sql, sql], kind: 'other' })
})

test.for([
  ['VARCHAR', 'INTEGER'],
  ['INTEGER', 'VARCHAR'],
  ['INTEGER', 'DECIMAL(10,0)'],
  ['FLOAT', 'DOUBLE'],
] as const)('a key of %s at one place and %s at another is refused', ([one, other]) => {
  expect(() => sku(one, one, other)).toThrow(
    new SnapshotError(
      `"west" has the key column "sku" in the type ${other}, and "source" in ${one}. Write both in one type.`,
    ),
  )
})

test('a place without the key column is told', () => {
  expect(() => sku('VARCHAR', undefined)).toThrow(
    new SnapshotError('"east" does not have the key column "sku". Rename the one that is.'),
  )
})
