import { firstKeyText, isWellFormed } from '../core/key.ts'
import type { SnapshotContext } from '../ports/snapshot.ts'
import type { Column } from './column.ts'
import { quoted } from './identifier.ts'

/** A condition and an order, in SQL, with the values of its parameters. */
export interface Wanted {
  readonly text: string
  readonly values: readonly unknown[]
}

type Narrowing = Pick<SnapshotContext, 'after' | 'until' | 'partition'>

/**
 * Narrows a statement to the keys that are wanted, as far as the database can tell: where the first key column is a text.
 * `parameters` is how many the statement has already.
 */
export function wantedRows(key: readonly Column[], { after, until, partition }: Narrowing, parameters: number): Wanted {
  const values: unknown[] = []
  const conditions: string[] = []
  const parameter = (value: unknown): string => `$${parameters + values.push(value)}`
  const [first] = key
  if (first?.kind === 'text') {
    const isOnly = key.length === 1
    const text = `${expressionOf(first)} COLLATE "C"`
    const [least, most] = [after, until].map((bound) => (bound === undefined ? undefined : boundOf(bound, isOnly)))
    if (least !== undefined) conditions.push(`${text} ${isOnly ? '>' : '>='} ${parameter(least)}::text`)
    if (most !== undefined) conditions.push(`${text} <= ${parameter(most)}::text`)
  }
  if (partition) conditions.push(partOf(key, partition.index, partition.count))
  return { text: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, values }
}

/** The order of the key texts: numbers and bytes are ordered by themselves, all else by the bytes of its text. */
export function keyOrder(key: readonly Column[]): string {
  const terms = key.map((column) =>
    column.kind === 'number' || column.kind === 'bytes'
      ? `held.${quoted(column.name)}`
      : `(${column.kind === 'instant' ? instantText(column) : expressionOf(column)}) COLLATE "C"`,
  )
  return ` ORDER BY ${terms.join(', ')}`
}

/** As the key text has it: with three digits of a second, or more, and a `Z` that stands after any digit. */
function instantText({ name }: Column): string {
  return `regexp_replace(to_char(held.${quoted(name)}, 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0{1,3}$', '') || 'Z'`
}

/** Bare where it can be, so that an index is of use. */
function expressionOf({ name, kind }: Column): string {
  return kind === 'text' ? `held.${quoted(name)}` : `held.${quoted(name)}::text`
}

/** Undefined for what no text of the database is, or may not be the first part of a key: then all rows are given. */
function boundOf(bound: string, isOnly: boolean): string | undefined {
  const text = isOnly ? bound : firstKeyText(bound)
  return text !== undefined && isWellFormed(text) && !text.includes('\0') ? text : undefined
}

/** By a hash of the key, so that a row is in the same part whenever it is looked at. */
function partOf(key: readonly Column[], index: number, count: number): string {
  if (key.length === 0) return index === 0 ? 'true' : 'false'
  const row = key.map(({ name }) => `held.${quoted(name)}`).join(', ')
  return `(hashtextextended(ROW(${row})::text, 0) & 9223372036854775807) % ${Math.trunc(count)} = ${Math.trunc(index)}`
}
