import { Buffer } from 'node:buffer'
import { givenOptions, shown } from '../../core/given-options.ts'
import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { checkDistinct, checkedColumns, checkedOwnColumns } from '../../postgres/check-options.ts'
import { checkedTable, qualified, quoted } from '../../postgres/identifier.ts'

/** Options of {@link postgresMigration}. `table` and `key` are needed. */
export interface PostgresMigrationOptions {
  /** The table's name, as it is: no quotes, no dots. */
  readonly table: string
  /** Its schema, which must be there. Default: the first of the search path. */
  readonly schema?: string | undefined
  /** The key columns, in the order of the item's key: a name or a list of names, which are texts, or with their types, `{ sku: 'text', bin: 'integer' }`. */
  readonly key: string | readonly string[] | Readonly<Record<string, string>>
  /** The other columns, each with its type: `{ quantity: 'numeric', tags: 'text[]', size: 'jsonb' }`. */
  readonly columns?: Readonly<Record<string, string>> | undefined
  /** As in the target's options. Default `_version`. */
  readonly versionColumn?: string | undefined
  /** As in the target's options. Default `_removed`. */
  readonly removedColumn?: string | undefined
  /** As in the target's options. Default `_removed_at`. */
  readonly removedAtColumn?: string | undefined
}

const known = ['table', 'schema', 'key', 'columns', 'versionColumn', 'removedColumn', 'removedAtColumn']

/**
 * The SQL that makes a table fit for `postgresTarget`, or adds to one what it lacks. It can be run again and again, and
 * takes nothing away.
 *
 * @example
 * ```ts
 * await pool.query(postgresMigration({ table: 'stock', key: 'sku', columns: { quantity: 'numeric' } }))
 * ```
 *
 * Texts of the key and the version get the collation `"C"`, the order of bytes. A table that exists already keeps its
 * columns and types; it gets what it lacks, a unique index on the key included, which fails where a key is there
 * twice. On a large table, building an index holds up writers: create both indexes `CONCURRENTLY` before.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 * @throws ConfigError for a name or a type that cannot be.
 */
export function postgresMigration(options: PostgresMigrationOptions): string {
  const given = givenOptions('postgresMigration', options, known, '{ table, key }')
  const table = checkedTable(given)
  const own = checkedOwnColumns(given)
  const key = keyTypes(given['key'])
  const columns = given['columns'] === undefined ? [] : typed('columns', given['columns'])
  checkDistinct([
    ...key.map(([column]) => ['key', column] as const),
    ...columns.map(([column]) => ['columns', column] as const),
    ...Object.entries(own),
  ])
  const name = qualified(table)
  const keys = key.map(([column]) => quoted(column)).join(', ')
  const added = [
    ...columns.map(([column, type]) => `${quoted(column)} ${type}`),
    `${quoted(own.versionColumn)} text COLLATE "C"`,
    `${quoted(own.removedColumn)} boolean NOT NULL DEFAULT false`,
    `${quoted(own.removedAtColumn)} timestamptz`,
  ]
  const all = [...key.map(([column, type]) => `${quoted(column)} ${collated(type)} NOT NULL`), ...added]
  return `CREATE TABLE IF NOT EXISTS ${name} (
  ${[...all, `PRIMARY KEY (${keys})`].join(',\n  ')}
);
ALTER TABLE ${name}
  ${added.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(',\n  ')};
${uniqueIndex(name, key)}
CREATE INDEX IF NOT EXISTS ${quoted(indexName(table.table))} ON ${name} (${quoted(own.removedAtColumn)}) WHERE ${quoted(own.removedColumn)};
`
}

type Typed = readonly (readonly [column: string, type: string])[]

function keyTypes(value: unknown): Typed {
  if (isRecord(value)) return typed('key', value)
  return [...checkedColumns('key', value, false).keys()].map((column) => [column, 'text'] as const)
}

/** A type goes into the SQL as it is: nothing passes that is more than one. */
const type =
  /^(?:[a-z_][\w$]*|"(?:[^"\0]|"")+")(?:[ .](?:[a-z_][\w$]*|"(?:[^"\0]|"")+"))*(?:\(\d+(?:, *-?\d+)?\))?(?: [a-z ]+)?(?:\[\])?$/i

function typed(option: string, value: unknown): Typed {
  const columns = [...checkedColumns(option, value, false)] as unknown as Typed // without functions, all are texts
  for (const [column, given] of columns)
    if (!type.test(given))
      throw new ConfigError(
        `${option}.${column}`,
        `${shown(given)} is no type. Give one such as numeric(12,3) or jsonb.`,
      )
  return columns
}

function collated(of: string): string {
  return /^(?:text|varchar|character varying)\b(?!.*\[)/i.test(of) ? `${of} COLLATE "C"` : of
}

/** A table that was there before may have no unique index on the key, which an upsert needs. */
function uniqueIndex(table: string, key: Typed): string {
  const names = `ARRAY[${key.map(([column]) => literal(column)).join(', ')}]`
  const parts = key.map(([column, of]) => `${quoted(column)}${collated(of) === of ? '' : ' COLLATE "C"'}`)
  const body = `
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_index i
    CROSS JOIN LATERAL (
      SELECT array_agg(a.attname::text) AS names FROM pg_attribute a
      WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
    ) c
    WHERE i.indrelid = ${literal(table)}::regclass AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
      AND i.indnatts = ${key.length} AND c.names @> ${names} AND c.names <@ ${names}
  ) THEN
    CREATE UNIQUE INDEX ON ${table} (${parts.join(', ')});
  END IF;
END
`
  const tag = freeTag(body)
  return `DO ${tag}${body}${tag};`
}

function literal(text: string): string {
  const quotedText = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? `E${quotedText}` : quotedText
}

function freeTag(body: string): string {
  let tag = '$do$'
  for (let n = 1; body.includes(tag); n++) tag = `$do${n}$`
  return tag
}

/** The server would cut a longer name. */
function indexName(table: string): string {
  let start = table
  while (Buffer.byteLength(start) > 52) start = Array.from(start).slice(0, -1).join('')
  return `${start}_tombstones`
}
