import { quoted } from '../../postgres/identifier.ts'
import type { TargetRow } from './row.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { Table, TableColumn } from './table.ts'

/** A statement with the values of its parameters. */
export interface Sql {
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * One statement for all rows, which have the same columns. It answers each row's number, whether it was written, and
 * which version stood there when the statement began.
 */
export function upsertOf(rows: readonly TargetRow[], table: Table, settings: PostgresTargetSettings): Sql {
  const { key = [], columns = [] } = rows[0] ?? {}
  const { versionColumn, removedColumn, removedAtColumn } = settings
  const version = quoted(versionColumn)
  const own = [version, quoted(removedColumn), quoted(removedAtColumn)]
  const targets = [...key, ...columns].map(({ name }) => quoted(name))
  const set = [...targets.slice(key.length), ...own].map((name) => `${name} = excluded.${name}`)
  const { from, values, aliases } = given(
    [...key, ...columns],
    rows.map(({ texts }) => texts),
    2,
  )
  const keys = aliases.slice(0, key.length)
  const same = (a: string, b: (index: number) => string) =>
    keys.map((name, index) => `${a}.${name} = ${b(index)}`).join(' AND ')
  const text = `WITH given AS (SELECT given.n, given.v, given.r, ${from('$1::text[], $2::boolean[]', 'v, r')}),
written AS (
  INSERT INTO ${table.name} AS held (${[...targets, ...own].join(', ')})
  SELECT ${aliases.join(', ')}, v, r, CASE WHEN r THEN now() END FROM given ORDER BY ${key.map(orderBy).join(', ')}
  ON CONFLICT (${targets.slice(0, key.length).join(', ')}) DO UPDATE SET ${set.join(', ')}
  WHERE held.${version} IS NULL OR held.${version} COLLATE "C" < excluded.${version}
  RETURNING ${keys.map((name, index) => `held.${targets[index] ?? ''} AS ${name}`).join(', ')}
)
SELECT given.n::text AS n, (written.${keys[0] ?? ''} IS NOT NULL)::text AS written, held.${version}::text AS version
FROM given LEFT JOIN written ON ${same('written', (index) => `given.${keys[index] ?? ''}`)}
LEFT JOIN ${table.name} AS held ON written.${keys[0] ?? ''} IS NULL AND ${same('given', (index) => `held.${targets[index] ?? ''}`)}`
  return { text, values: [rows.map((row) => row.version), rows.map((row) => row.removed), ...values] }
}

/** One statement for the rows of these keys: each key's number, and what is selected of its row, called held. */
export function lookUp(
  key: readonly TableColumn[],
  keys: readonly (readonly (string | null)[])[],
  table: Table,
  select: string,
): Sql {
  const { from, values, aliases } = given(key, keys, 0)
  const same = key.map(({ name }, index) => `held.${quoted(name)} = given.${aliases[index] ?? ''}`)
  const text = `WITH given AS (SELECT given.n, ${from('', '')})
SELECT given.n::text AS n, ${select} FROM given JOIN ${table.name} AS held ON ${same.join(' AND ')}`
  return { text, values }
}

/** Rows as parameters: an array of texts for each column, cast to the column's type. */
function given(columns: readonly TableColumn[], rows: readonly (readonly (string | null)[])[], before: number) {
  const aliases = columns.map((_, index) => `c${index}`)
  const casts = columns.map(({ type }, index) => `given.c${index}::${type} AS c${index}`)
  const parameters = columns.map((_, index) => `$${before + index + 1}::text[]`)
  const joined = (first: string, rest: readonly string[]) => [...(first === '' ? [] : [first]), ...rest].join(', ')
  return {
    aliases,
    values: columns.map((_, index) => rows.map((texts) => texts[index] ?? null)),
    from: (firstParameters: string, firstNames: string) =>
      `${casts.join(', ')} FROM unnest(${joined(firstParameters, parameters)}) WITH ORDINALITY AS given(${joined(firstNames, [...aliases, 'n'])})`,
  }
}

/** Every batch locks its rows in the same order, so that none waits for another in a circle. */
function orderBy({ kind }: TableColumn, index: number): string {
  return kind === 'number' || kind === 'bytes' ? `c${index}` : `c${index}::text COLLATE "C"`
}
