import type { DuckDb } from '../../duckdb/open-duckdb.ts'
import { checkSameColumns } from '../../duckdb/parquet-files.ts'
import { quoteName, quoteText } from '../../duckdb/quote.ts'
import { columnsOf, type Column } from '../../duckdb/read-rows.ts'
import type { ReadValue } from '../../duckdb/read-value.ts'
import { SnapshotError } from '../../errors.ts'
import type { At, RelationsToCompare } from '../pushdown.ts'
import { comparable, type TypedColumn } from './comparable.ts'
import { comparableKey, type ComparableKey } from './comparable-key.ts'

/** A place by its name, and its rows as a table expression. */
export interface PlaceToCompare {
  readonly name: string
  readonly relation: string
}

/** An attribute in one of the types that places hold it in. */
export interface Attribute {
  readonly name: string
  readonly type: string
  readonly read: ReadValue
}

/** A place with what is compared of it, as SQL. */
export interface DescribedPlace extends PlaceToCompare {
  readonly index: number
  /** The key columns, in one type for all places. */
  readonly keys: readonly string[]
  /** Tests of rows that have no key. */
  readonly keyless: readonly string[]
  /** The compared columns, each in a form that is equal only where the values are. */
  readonly compared: readonly string[]
  /** The rows that are asked for. */
  readonly where: string
  /** All its columns, as indices of {@link Described.attributes}. */
  readonly attributes: readonly number[]
}

/** All places, the source first. */
export interface Described {
  readonly key: readonly string[]
  readonly places: readonly DescribedPlace[]
  readonly attributes: readonly Attribute[]
  /** Whether there is little more to the rows than what is compared. */
  readonly isNarrow: boolean
}

/** Looks at the columns of all places. @throws SnapshotError for one that cannot be compared. */
export async function describePlaces(duck: DuckDb, given: RelationsToCompare, at: At): Promise<Described> {
  const { key, after, until } = given
  const all = [{ name: 'source', relation: given.source }, ...named(given.warehouses)]
  const columns: (readonly Column[])[] = []
  for (const place of all) columns.push(await at(place, () => columnsAt(duck, place)))
  const fields = given.fields ?? (columns[0] ?? []).map(({ name }) => name)
  const compared = fields.filter((name) => !key.includes(name))
  const keys = key.map((name) => comparableKey(name, typesOf(name, all, columns)))
  const contents = compared.map((name) => comparable(typesOf(name, all, columns)))
  const attributes = attributesOf(columns.flat())
  const places = all.map((place, index) => {
    const own = keys.map(({ sql }) => sql[index] ?? 'NULL')
    return {
      ...place,
      index,
      keys: own,
      keyless: keys.flatMap(({ kind }, part) => keylessOf(own[part] ?? 'NULL', kind)),
      compared: contents.map((one) => one[index] ?? 'NULL'),
      where: rangeOf(own[0] ?? 'NULL', after, until),
      attributes: (columns[index] ?? []).map((column) => attributes.findIndex((one) => isOf(one, column))),
    }
  })
  const isNarrow = columns.every(({ length }) => length <= key.length + compared.length)
  return { key, places, attributes, isNarrow }
}

function named(relations: Readonly<Record<string, string>>): readonly PlaceToCompare[] {
  return Object.entries(relations).map(([name, relation]) => ({ name, relation }))
}

async function columnsAt(duck: DuckDb, { name, relation }: PlaceToCompare): Promise<readonly Column[]> {
  await checkSameColumns(duck, relation)
  const columns = await columnsOf(duck, relation)
  const strange = columns.find(({ read }) => !read)
  if (!strange) return columns
  throw new SnapshotError(
    `The column ${JSON.stringify(strange.name)} of "${name}" has the type ${String(strange.type)}, which has no form in an item. Leave it out.`,
  )
}

function typesOf(
  name: string,
  places: readonly PlaceToCompare[],
  columns: readonly (readonly Column[])[],
): readonly TypedColumn[] {
  return places.map((place, index) => {
    const column = columns[index]?.find((one) => one.name === name)
    return { place: place.name, sql: quoteName(name), type: column && String(column.type) }
  })
}

function attributesOf(columns: readonly Column[]): readonly Attribute[] {
  const all: Attribute[] = []
  for (const column of columns)
    if (column.read && !all.some((one) => isOf(one, column)))
      all.push({ name: column.name, type: String(column.type), read: column.read })
  return all
}

function isOf({ name, type }: Attribute, column: Column): boolean {
  return name === column.name && type === String(column.type)
}

/** No text but the empty one is without length; that none is below the first character, a file's own minima answer. */
function keylessOf(sql: string, kind: ComparableKey['kind']): readonly string[] {
  const more = { text: [`${sql} < chr(1) AND strlen(${sql}) = 0`], float: [`NOT isfinite(${sql})`], other: [] }
  return [`${sql} IS NULL`, ...more[kind]]
}

function rangeOf(key: string, after: string | undefined, until: string | undefined): string {
  const tests = [
    ...(after === undefined ? [] : [`${key} > ${quoteText(after)}`]),
    ...(until === undefined ? [] : [`${key} <= ${quoteText(until)}`]),
  ]
  return tests.length > 0 ? ` WHERE ${tests.join(' AND ')}` : ''
}
