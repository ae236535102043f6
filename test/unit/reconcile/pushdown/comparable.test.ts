import { expect, test } from 'vitest'
import { comparable } from '../../../../src/reconcile/pushdown/comparable.ts'

const columns = (types: readonly (string | undefined)[]) =>
  types.map((type, index) => ({ place: `place ${index}`, sql: `c${index}`, type }))

const textOfDate = (sql: string) =>
  `CASE WHEN year(${sql}) BETWEEN 1 AND 9999 THEN CAST(${sql} AS VARCHAR) ELSE 'date:' || CAST(${sql} AS VARCHAR) END`
const textOfDouble = (sql: string) =>
  `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15 THEN CAST(CAST(${sql} AS BIGINT) AS VARCHAR) ` +
  `ELSE CAST(CAST(${sql} AS DOUBLE) AS VARCHAR) END`
const asText = (sql: string) => `CAST(${sql} AS VARCHAR)`

test.for([
  ...['BOOLEAN', 'INTEGER', 'DECIMAL(38,2)', 'DOUBLE', 'VARCHAR', 'UUID', 'BLOB', 'DATE', 'TIME', 'TIMESTAMP'],
  ...['TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE', `ENUM('MAP(', '[a]', 'b')`],
])('%s at both places is compared as it is', (type) => {
  expect(comparable(columns([type, type]))).toEqual(['c0', 'c1'])
})

test.for([
  ...['INTERVAL', 'TIME WITH TIME ZONE'],
  ...['INTEGER[]', 'INTEGER[2]', 'STRUCT("a" INTEGER)', 'MAP(VARCHAR, INTEGER)'],
])('%s at both places is compared as text, for DuckDB holds unlike ones to be equal', (type) => {
  expect(comparable(columns([type, type]))).toEqual([asText('c0'), asText('c1')])
})

test('a place without the column has NULL in each row', () => {
  expect(comparable(columns([undefined, 'INTEGER', undefined]))).toEqual(['NULL', 'c1', 'NULL'])
  expect(comparable(columns([undefined, undefined]))).toEqual(['NULL', 'NULL'])
  expect(comparable(columns(['INTEGER', 'BIGINT', undefined]))[2]).toBe('NULL')
  expect(comparable(columns(['INTEGER', 'VARCHAR', undefined]))[2]).toBe('NULL')
})

test.for([
  ['TINYINT', 3],
  ['SMALLINT', 5],
  ['INTEGER', 10],
  ['BIGINT', 19],
  ['UTINYINT', 3],
  ['USMALLINT', 5],
  ['UINTEGER', 10],
  ['UBIGINT', 20],
] as const)('%s has %d digits before the point in the type that it shares with decimals', ([type, digits]) => {
  expect(comparable(columns([type, 'DECIMAL(2,1)']))).toEqual([
    `CAST(c0 AS DECIMAL(${digits + 1}, 1))`,
    `CAST(c1 AS DECIMAL(${digits + 1}, 1))`,
  ])
})

test.for([
  [['DECIMAL(10,2)', 'DECIMAL(12,4)'], 'DECIMAL(12, 4)'],
  [['DECIMAL(10, 2)', 'DECIMAL(12,  4)'], 'DECIMAL(12, 4)'],
  [['DECIMAL(4,2)', 'DECIMAL(24,12)', 'BIGINT'], 'DECIMAL(31, 12)'],
  [['DECIMAL(38,20)', 'INTEGER'], 'DECIMAL(38, 20)'],
  [['DECIMAL(5,5)', 'DECIMAL(30,0)'], 'DECIMAL(35, 5)'],
  [['INTEGER', 'BIGINT'], 'DECIMAL(19, 0)'],
] as const)('%j are compared as %s, which holds all of either', ([types, common]) => {
  expect(comparable(columns(types))).toEqual(types.map((_, index) => `CAST(c${index} AS ${common})`))
})

test.for([
  ['INTEGER', asText('c0')],
  ['UHUGEINT', asText('c0')],
  ['HUGEINT', asText('c0')],
  ['DECIMAL(9,0)', asText('c0')],
  ['DECIMAL(38, 0)', asText('c0')],
  ['DECIMAL(10,10)', `rtrim(rtrim(${asText('c0')}, '0'), '.')`],
  ['DECIMAL(38,2)', `rtrim(rtrim(${asText('c0')}, '0'), '.')`],
  ['FLOAT', textOfDouble('c0')],
] as const)('%s is compared with a DOUBLE by a text that is the same for the same number', ([type, sql]) => {
  expect(comparable(columns([type, 'DOUBLE']))).toEqual([sql, textOfDouble('c1')])
})

test('decimals that have no type in common are compared by text: 39 digits are one too many', () => {
  const trimmed = (sql: string) => `rtrim(rtrim(${asText(sql)}, '0'), '.')`
  expect(comparable(columns(['DECIMAL(38,20)', 'DECIMAL(19,0)']))).toEqual([trimmed('c0'), asText('c1')])
  expect(comparable(columns(['HUGEINT', 'UHUGEINT']))).toEqual([asText('c0'), asText('c1')])
})

test.for([
  ['UUID', asText('c0')],
  ['JSON', asText('c0')],
  ['DATE', textOfDate('c0')],
  [`ENUM('a', 'b')`, asText('c0')],
] as const)('%s is compared with a VARCHAR as its text', ([type, sql]) => {
  expect(comparable(columns([type, 'VARCHAR']))).toEqual([sql, asText('c1')])
})

test('lists of decimals of two sizes are compared as texts, not as one decimal', () => {
  const text = (sql: string) => `rtrim(rtrim(${asText(sql)}, '0'), '.')`
  expect(comparable(columns(['DECIMAL(5,2)[]', 'DECIMAL(6,2)[]']))).toEqual([text('c0'), text('c1')])
})

test('moments of two precisions are compared as their texts', () => {
  expect(comparable(columns(['TIMESTAMP', 'TIMESTAMP_NS']))).toEqual([asText('c0'), asText('c1')])
})

test.for([
  ['INTEGER', 'number', asText('c0')],
  ['DECIMAL(5,2)', 'number', `rtrim(rtrim(${asText('c0')}, '0'), '.')`],
  ['FLOAT', 'number', textOfDouble('c0')],
  ['DOUBLE', 'number', textOfDouble('c0')],
  ['TIMESTAMP', 'moment', asText('c0')],
  ['BLOB', 'BLOB', asText('c0')],
  ['FLOAT[]', 'FLOAT[]', asText('c0')],
  ['DOUBLE[]', 'DOUBLE[]', asText('c0')],
  ['STRUCT("a" DECIMAL(5,2))', 'STRUCT("a" DECIMAL(5,2))', asText('c0')],
  ['STRUCT("a" TIMESTAMP)', 'STRUCT("a" TIMESTAMP)', asText('c0')],
  [`STRUCT("a" ENUM('b'))`, `STRUCT("a" ENUM(''b''))`, asText('c0')],
] as const)('%s is never equal to a text: both say what they are', ([type, kind, sql]) => {
  expect(comparable(columns([type, 'VARCHAR']))).toEqual([`'${kind}:' || ${sql}`, `'text:' || ${asText('c1')}`])
})
