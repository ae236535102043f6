import { SnapshotError } from '../../errors.ts'
import { integerDigits, type TypedColumn } from './comparable.ts'

const moments = ['DATE', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS']
const sortable = new Set(['VARCHAR', 'UUID', 'BLOB', 'FLOAT', 'DOUBLE', ...moments])

/** A key column of several places in one type, in whose order key texts are in the order of their bytes. */
export interface ComparableKey {
  readonly sql: readonly string[]
  readonly kind: 'text' | 'float' | 'other'
}

/** Decimals that an item may hold in no exact form that can be a key. */
const longestDecimal = 15

/** @throws SnapshotError for a place that lacks the column, or has it in a type that is no key's, or another one's. */
export function comparableKey(name: string, columns: readonly TypedColumn[]): ComparableKey {
  const column = `the key column ${JSON.stringify(name)}`
  const known = columns.map(({ place, type }) => {
    if (type === undefined) throw new SnapshotError(`"${place}" does not have ${column}. Rename the one that is.`)
    if (integerDigits.has(type) || sortable.has(type) || isShortDecimal(type)) return { place, type }
    throw new SnapshotError(`"${place}" has ${column} in the type ${type}, which is no key. Write it as text.`)
  })
  const [first] = known
  const other = known.find(({ type }) => type !== first?.type)
  if (!first || !other) return { sql: columns.map(({ sql }) => sql), kind: kindOf(first?.type) }
  if (known.every(({ type }) => integerDigits.has(type)))
    return { sql: columns.map(({ sql }) => `CAST(${sql} AS HUGEINT)`), kind: 'other' }
  throw new SnapshotError(
    `"${other.place}" has ${column} in the type ${other.type}, and "${first.place}" in ${first.type}. Write both in one type.`,
  )
}

function isShortDecimal(type: string): boolean {
  const [, width, scale] = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(type) ?? []
  return Number(width) <= longestDecimal || Number(scale) === 0
}

function kindOf(type: string | undefined): ComparableKey['kind'] {
  return type === 'VARCHAR' ? 'text' : type === 'FLOAT' || type === 'DOUBLE' ? 'float' : 'other'
}
