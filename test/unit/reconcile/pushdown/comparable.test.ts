import { expect, test } from 'vitest'
import { comparable } from '../../../../src/reconcile/pushdown/comparable.ts'

/** What a column of these types is compared as, one place after the other. */
function compared(...types: readonly (string | undefined)[]) {
  return comparable(types.map((type, index) => ({ place: `p${index}`, sql: 'c', type })))
}

const asText = 'CAST(c AS VARCHAR)'

test.each([
  ['VARCHAR'],
  ['INTEGER'],
  ['TIMESTAMP'],
  ['TIMESTAMP WITH TIME ZONE'],
  ['DATE'],
  ['TIME'],
  ["ENUM('STRUCT(', '[a]')"],
])('the same %s everywhere is compared as it is', (type) => {
  expect(compared(type, type)).toEqual(['c', 'c'])
})

test.each([
  ['INTERVAL'],
  ['TIME WITH TIME ZONE'],
  ['INTEGER[]'],
  ['TIMESTAMP WITH TIME ZONE[]'],
  ['STRUCT(a INTEGER)'],
  ['MAP(VARCHAR, INTEGER)'],
])('the same %s everywhere is compared as its text', (type) => {
  expect(compared(type, type)).toEqual([asText, asText])
})

test('a place without the column has none everywhere', () => {
  expect(compared('INTEGER', undefined)).toEqual(['c', 'NULL'])
  expect(compared(undefined, 'INTEGER', 'BIGINT')[0]).toBe('NULL')
  expect(compared(undefined, undefined)).toEqual(['NULL', 'NULL'])
})

test.each([
  ['TINYINT', 'SMALLINT', 5, 0],
  ['SMALLINT', 'INTEGER', 10, 0],
  ['INTEGER', 'BIGINT', 19, 0],
  ['UTINYINT', 'TINYINT', 3, 0],
  ['UTINYINT', 'USMALLINT', 5, 0],
  ['USMALLINT', 'UINTEGER', 10, 0],
  ['UINTEGER', 'UBIGINT', 20, 0],
  ['BIGINT', 'DECIMAL(9, 2)', 21, 2],
  ['BIGINT', 'DECIMAL(19,19)', 38, 19],
  ['DECIMAL(12,2)', 'DECIMAL(8,4)', 14, 4],
  ['DECIMAL(4,1)', 'TINYINT', 4, 1],
])('%s and %s are compared as a decimal that holds both', (one, other, digits, scale) => {
  const both = `CAST(c AS DECIMAL(${digits}, ${scale}))`
  expect(compared(one, other)).toEqual([both, both])
})

const asDouble = `CASE WHEN c = trunc(c) AND abs(c) < 1e15 THEN CAST(CAST(c AS BIGINT) AS VARCHAR) ELSE CAST(CAST(c AS DOUBLE) AS VARCHAR) END`

test.each([
  ['BIGINT', asText],
  ['TINYINT', asText],
  ['HUGEINT', asText],
  ['UHUGEINT', asText],
  ['DECIMAL(12,0)', asText],
  ['DECIMAL(12, 0)', asText],
  ['DECIMAL(38,10)', `rtrim(rtrim(${asText}, '0'), '.')`],
  ['FLOAT', asDouble],
])('%s is compared with a DOUBLE as a number written out', (type, text) => {
  expect(compared(type, 'DOUBLE')).toEqual([text, asDouble])
})

test.each([
  ['HUGEINT', 'UHUGEINT', [asText, asText]],
  ['DECIMAL(38,0)', 'DECIMAL(38,10)', [asText, `rtrim(rtrim(${asText}, '0'), '.')`]],
  ['HUGEINT', 'DECIMAL(3,1)', [asText, `rtrim(rtrim(${asText}, '0'), '.')`]],
])('%s and %s, which no decimal holds, are compared as texts', (one, other, texts) => {
  expect(compared(one, other)).toEqual(texts)
})

test('lists of decimals of two sizes are compared as texts, not as one decimal', () => {
  const text = `rtrim(rtrim(${asText}, '0'), '.')`
  expect(compared('DECIMAL(5,2)[]', 'DECIMAL(6,2)[]')).toEqual([text, text])
})

const date = `CASE WHEN year(c) BETWEEN 1 AND 9999 THEN ${asText} ELSE 'date:' || ${asText} END`

test.each([
  ['VARCHAR', asText],
  ['UUID', asText],
  ['DATE', date],
  ["ENUM('a', 'b')", asText],
])('JSON and %s are compared as texts', (type, text) => {
  expect(compared('JSON', type)).toEqual([asText, text])
})

test('moments of two types are compared as texts', () => {
  expect(compared('TIMESTAMP', 'TIMESTAMP_NS')).toEqual([asText, asText])
})

test.each([
  ['INTEGER', 'number'],
  ['DECIMAL(9,2)', 'number'],
  ['TIMESTAMP', 'moment'],
  ['BOOLEAN', 'BOOLEAN'],
  ['DOUBLE[]', 'DOUBLE[]'],
  ['FLOAT[]', 'FLOAT[]'],
  ['STRUCT(a DOUBLE)', 'STRUCT(a DOUBLE)'],
  ['STRUCT(a DECIMAL(5,2))', 'STRUCT(a DECIMAL(5,2))'],
  ['STRUCT(a ENUM(1))', 'STRUCT(a ENUM(1))'],
  ['MAP(VARCHAR, TIMESTAMP)', 'MAP(VARCHAR, TIMESTAMP)'],
])('%s and a text are never equal: each says what it is', (type, kind) => {
  const [one, text] = compared(type, 'VARCHAR')
  expect(one?.startsWith(`'${kind}:' || `)).toBe(true)
  expect(text).toBe(`'text:' || ${asText}`)
})
