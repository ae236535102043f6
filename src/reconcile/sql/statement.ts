import { quoteName, quoteText } from '../../duckdb/quote.ts'
import type { ComparedWarehouse, SqlComparison } from './comparison.ts'

const list = (parts: readonly string[]): string => parts.join(', ')
const asText = (sql: string): string => `CAST(${sql} AS varchar)`

/** One statement, of steps that each go through the rows of the one before. */
export function statement(comparison: SqlComparison): string {
  const steps = {
    given: given(comparison),
    keyed: keyed(comparison),
    pairs: pairs(comparison),
    judged: judged(comparison),
  }
  const all = Object.entries({ ...steps, weighed: weighed(comparison) }).map(([step, sql]) => `${step} AS (\n${sql})`)
  return `WITH ${all.join(',\n')}\n${counts(comparison)}\nUNION ALL\n${drift(comparison)}`
}

/** All rows of all places under common names: `k0` of the key, `f0` of the fields, `w0` for the warehouses that want it. */
function given({ source, warehouses, key, fields }: SqlComparison): string {
  const columns = [
    ...key.map((one, n) => `${quoteName(one)} AS k${n}`),
    ...fields.map((one, n) => `${quoteName(one)} AS f${n}`),
  ]
  const select = (place: number, wanted: readonly string[], rows: string) =>
    `  SELECT ${list([`${place} AS place`, ...columns, ...wanted.map((sql, n) => `${sql} AS w${n}`)])} FROM ${rows} AS r`
  const isWanted = warehouses.map(({ where }) => (where === undefined ? 'true' : `coalesce((${where}), false)`))
  const held = warehouses.map((one, n) =>
    select(
      n + 1,
      warehouses.map(() => 'false'),
      one.rows,
    ),
  )
  return [select(0, isWanted, source), ...held].join('\n  UNION ALL\n')
}

/** One row for a key: how often each place holds it, and its row there. Of a key that comes twice, values of its rows. */
function keyed({ warehouses, key, fields }: SqlComparison): string {
  const keys = key.map((_, n) => `k${n}`)
  const places = [0, ...warehouses.map((_, n) => n + 1)]
  const columns = places.flatMap((place) => [
    `count(CASE WHEN place = ${place} THEN 1 END) AS n${place}`,
    ...fields.map((_, n) => `max(CASE WHEN place = ${place} THEN f${n} END) AS p${place}_f${n}`),
  ])
  const wanted = warehouses.map((_, n) => `bool_or(w${n}) AS w${n}`)
  return `  SELECT ${list([...keys, ...columns, ...wanted])} FROM given GROUP BY ${list(keys)}`
}

/** One row for a key and a warehouse: `e0` what the source has of the fields, `h0` what the warehouse has. */
function pairs({ warehouses, key, fields }: SqlComparison): string {
  const own = (sql: (place: number) => string) =>
    `CASE warehouse ${warehouses.map((one, n) => `WHEN ${quoteText(one.name)} THEN ${sql(n + 1)}`).join(' ')} END`
  const columns = [
    ...key.map((_, n) => `k${n}`),
    'n0 AS in_source',
    `CASE WHEN n0 > 0 AND ${own((place) => `w${place - 1}`)} THEN 1 ELSE 0 END AS expected`,
    `${own((place) => `n${place}`)} AS held`,
    ...fields.map((_, n) => `p0_f${n} AS e${n}`),
    ...fields.map((_, n) => `${own((place) => `p${place}_f${n}`)} AS h${n}`),
  ]
  return `  SELECT warehouse, ${list(columns)} FROM keyed CROSS JOIN (VALUES ${list(warehouses.map(nameRow))}) AS w (warehouse)`
}

function nameRow(warehouse: ComparedWarehouse): string {
  return `(${quoteText(warehouse.name)})`
}

function judged({ key, fields }: SqlComparison): string {
  const isKeyless = key.map((_, n) => `k${n} IS NULL OR ${asText(`k${n}`)} = ''`).join(' OR ')
  const isEqual = fields.map((_, n) => `e${n} IS NOT DISTINCT FROM h${n}`).join(' AND ')
  return `  SELECT *, CASE
    WHEN ${isKeyless} THEN 'keyless'
    WHEN expected = 0 AND held = 0 THEN 'none'
    WHEN held > 1 OR in_source > 1 THEN 'duplicate'
    WHEN held = 0 THEN 'missing'
    WHEN expected = 0 THEN 'orphan'
    WHEN ${isEqual} THEN 'equal'
    ELSE 'mismatch' END AS kind FROM pairs`
}

/** Held minus expected. */
function weighed({ fields, quantity }: SqlComparison): string {
  const n = fields.findIndex((name) => name === quantity)
  const units = `coalesce(CASE WHEN held > 0 THEN h${n} END, 0) - coalesce(CASE WHEN expected > 0 THEN e${n} END, 0)`
  const isWeighed = "kind IN ('missing', 'mismatch', 'orphan')"
  return `  SELECT *, ${n < 0 ? '0' : `CASE WHEN ${isWeighed} THEN ${units} ELSE 0 END`} AS units FROM judged`
}

function counts({ key, fields }: SqlComparison): string {
  const present = ['in_source', 'expected', 'held'].map((one) => asText(`count(CASE WHEN ${one} > 0 THEN 1 END)`))
  const units = [asText('sum(units)'), asText('sum(abs(units))')]
  const columns = [
    ...["'count' AS entry", 'warehouse', 'kind'],
    ...[`${present[0]} AS in_source`, `${present[1]} AS expected`, `${present[2]} AS held`],
    ...[`${asText('count(*)')} AS keys`, `${units[0]} AS units`, `${units[1]} AS units_absolute`],
    ...valueNames(key, fields).map((column) => `CAST(NULL AS varchar) AS ${column}`),
  ]
  return `SELECT ${list(columns)} FROM weighed GROUP BY warehouse, kind`
}

function drift({ key, fields, listed }: SqlComparison): string {
  const keys = list(key.map((_, n) => `k${n}`))
  const order = `ORDER BY abs(units) DESC, ${keys}`
  const values = [
    ...key.map((_, n) => asText(`k${n}`)),
    ...fields.map((_, n) => `CASE WHEN expected > 0 THEN ${asText(`e${n}`)} END`),
    ...fields.map((_, n) => asText(`h${n}`)),
  ]
  const columns = [
    ...["'drift'", 'warehouse', 'kind', asText('in_source'), asText('expected'), asText('held'), "'1'"],
    ...[asText('units'), asText('abs(units)'), ...values],
  ]
  return `SELECT ${list(columns)} FROM (
  SELECT *, row_number() OVER (PARTITION BY warehouse, kind ${order}) AS place_in_kind FROM weighed
  WHERE kind IN ('missing', 'mismatch', 'orphan', 'duplicate')) AS ranked WHERE place_in_kind <= ${listed}`
}

/** The columns with values, in the order of the statement's. */
export function valueNames(key: readonly string[], fields: readonly string[]): readonly string[] {
  const numbered = (prefix: string, of: readonly string[]) => of.map((_, n) => `${prefix}_${n}`)
  return [...numbered('key', key), ...numbered('expected', fields), ...numbered('held', fields)]
}
