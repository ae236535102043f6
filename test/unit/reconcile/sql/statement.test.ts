import { expect, test } from 'vitest'
import { reconcileSql } from '../../../../src/reconcile/sql.ts'

const small = { source: 'inventory', warehouses: { east: 'shelves' }, key: 'sku', fields: ['quantity'] } as const
const unitsIn = (sql: string) => /SELECT \*, (.*) AS units FROM judged/.exec(sql)?.[1]

test('the statement of a small comparison', () => {
  expect(reconcileSql(small)).toBe(`WITH given AS (
  SELECT 0 AS place, "sku" AS k0, "quantity" AS f0, true AS w0 FROM inventory AS r
  UNION ALL
  SELECT 1 AS place, "sku" AS k0, "quantity" AS f0, false AS w0 FROM shelves AS r),
keyed AS (
  SELECT k0, count(CASE WHEN place = 0 THEN 1 END) AS n0, max(CASE WHEN place = 0 THEN f0 END) AS p0_f0, count(CASE WHEN place = 1 THEN 1 END) AS n1, max(CASE WHEN place = 1 THEN f0 END) AS p1_f0, bool_or(w0) AS w0 FROM given GROUP BY k0),
pairs AS (
  SELECT warehouse, k0, n0 AS in_source, CASE WHEN n0 > 0 AND CASE warehouse WHEN 'east' THEN w0 END THEN 1 ELSE 0 END AS expected, CASE warehouse WHEN 'east' THEN n1 END AS held, p0_f0 AS e0, CASE warehouse WHEN 'east' THEN p1_f0 END AS h0 FROM keyed CROSS JOIN (VALUES ('east')) AS w (warehouse)),
judged AS (
  SELECT *, CASE
    WHEN k0 IS NULL OR CAST(k0 AS varchar) = '' THEN 'keyless'
    WHEN expected = 0 AND held = 0 THEN 'none'
    WHEN held > 1 OR in_source > 1 THEN 'duplicate'
    WHEN held = 0 THEN 'missing'
    WHEN expected = 0 THEN 'orphan'
    WHEN e0 IS NOT DISTINCT FROM h0 THEN 'equal'
    ELSE 'mismatch' END AS kind FROM pairs),
weighed AS (
  SELECT *, CASE WHEN kind IN ('missing', 'mismatch', 'orphan') THEN coalesce(CASE WHEN held > 0 THEN h0 END, 0) - coalesce(CASE WHEN expected > 0 THEN e0 END, 0) ELSE 0 END AS units FROM judged)
SELECT 'count' AS entry, warehouse, kind, CAST(count(CASE WHEN in_source > 0 THEN 1 END) AS varchar) AS in_source, CAST(count(CASE WHEN expected > 0 THEN 1 END) AS varchar) AS expected, CAST(count(CASE WHEN held > 0 THEN 1 END) AS varchar) AS held, CAST(count(*) AS varchar) AS keys, CAST(sum(units) AS varchar) AS units, CAST(sum(abs(units)) AS varchar) AS units_absolute, CAST(NULL AS varchar) AS key_0, CAST(NULL AS varchar) AS expected_0, CAST(NULL AS varchar) AS held_0 FROM weighed GROUP BY warehouse, kind
UNION ALL
SELECT 'drift', warehouse, kind, CAST(in_source AS varchar), CAST(expected AS varchar), CAST(held AS varchar), '1', CAST(units AS varchar), CAST(abs(units) AS varchar), CAST(k0 AS varchar), CASE WHEN expected > 0 THEN CAST(e0 AS varchar) END, CAST(h0 AS varchar) FROM (
  SELECT *, row_number() OVER (PARTITION BY warehouse, kind ORDER BY abs(units) DESC, k0) AS place_in_kind FROM weighed
  WHERE kind IN ('missing', 'mismatch', 'orphan', 'duplicate')) AS ranked WHERE place_in_kind <= 100`)
})

test('each warehouse wants of the source what its condition is true for, and without one all of it', () => {
  const sql = reconcileSql({ ...small, warehouses: { eu: { rows: 'eu', where: "region = 'eu'" }, us: { rows: 'us' } } })
  const places = sql.slice(sql.indexOf('\n') + 1, sql.indexOf('),\nkeyed'))
  expect(places.split('\n  UNION ALL\n')).toEqual([
    `  SELECT 0 AS place, "sku" AS k0, "quantity" AS f0, coalesce((region = 'eu'), false) AS w0, true AS w1 FROM inventory AS r`,
    '  SELECT 1 AS place, "sku" AS k0, "quantity" AS f0, false AS w0, false AS w1 FROM eu AS r',
    '  SELECT 2 AS place, "sku" AS k0, "quantity" AS f0, false AS w0, false AS w1 FROM us AS r',
  ])
})

test.for([
  [{ fields: ['price'] }, '0'],
  [{ quantity: false }, '0'],
  [
    { fields: ['price', 'on_hand'], quantity: 'on_hand' },
    `CASE WHEN kind IN ('missing', 'mismatch', 'orphan') THEN coalesce(CASE WHEN held > 0 THEN h1 END, 0) - coalesce(CASE WHEN expected > 0 THEN e1 END, 0) ELSE 0 END`,
  ],
] as const)('with %j, the units of a key are %s', ([more, units]) => {
  expect(unitsIn(reconcileSql({ ...small, ...more }))).toBe(units)
})
