import { isObject } from '../../core/objects.ts'
import { SnapshotError } from '../../errors.ts'
import type { SqlComparison } from './comparison.ts'

export const driftKinds = ['missing', 'mismatch', 'orphan', 'duplicate'] as const
const kinds: readonly unknown[] = [...driftKinds, 'equal', 'none', 'keyless']
const numbers = ['in_source', 'expected', 'held', 'keys', 'units', 'units_absolute'] as const

/** A row of the statement's answer, its counts as numbers. */
export type AnswerRow = Readonly<Record<(typeof numbers)[number], number>> & {
  readonly entry: string
  readonly warehouse: string
  readonly kind: string
  readonly values: Readonly<Record<string, unknown>>
}

/** @throws SnapshotError for what is not all of a statement's answer, and where a place holds rows without a key. */
export function checkedAnswer(rows: Iterable<unknown>, { warehouses, listed }: SqlComparison): readonly AnswerRow[] {
  const answer = [...rows].map(checkedRow)
  if (answer.some(({ warehouse }) => !warehouses.some(({ name }) => name === warehouse))) throw noAnswer()
  checkKeys(answer)
  const rowsOf = (name: string) => answer.filter(({ warehouse }) => warehouse === name)
  const totals = warehouses.map(({ name }) => checkWarehouse(rowsOf(name), listed))
  if (new Set(totals).size > 1) throw notWhole('Not as many keys are counted at every warehouse')
  return answer
}

function checkedRow(row: unknown): AnswerRow {
  if (!isObject(row)) throw noAnswer()
  const { entry, warehouse, kind } = row
  const isKnown = (entry === 'count' || entry === 'drift') && typeof warehouse === 'string' && kinds.includes(kind)
  if (!isKnown) throw noAnswer()
  const counted = Object.fromEntries(numbers.map((name) => [name, numberIn(row[name])])) as Record<
    (typeof numbers)[number],
    number
  >
  return { entry, warehouse, kind: kind as string, values: row, ...counted }
}

function numberIn(value: unknown): number {
  const number = value === null || value === '' ? NaN : Number(value)
  if (Number.isNaN(number)) throw noAnswer()
  return number
}

function noAnswer(): SnapshotError {
  return new SnapshotError("The rows are not what reconcileSql's statement answers. Give its rows, by column names.")
}

function checkKeys(answer: readonly AnswerRow[]): void {
  const keyless = answer.filter(({ kind }) => kind === 'keyless')
  const [first] = keyless
  if (!first) return
  const place = first.in_source > 0 ? 'source' : (keyless.find(({ held }) => held > 0) ?? first).warehouse
  throw new SnapshotError(`"${place}" holds rows without a key. Leave them out, or give them one.`)
}

/** A result of which pages are missing has fewer rows than it counts. Answers how many keys there are: of each warehouse as many. */
function checkWarehouse(rows: readonly AnswerRow[], most: number): number {
  const counts = rows.filter(({ entry }) => entry === 'count')
  if (new Set(counts.map(({ kind }) => kind)).size < counts.length) throw notWhole('A row came twice')
  for (const kind of driftKinds) {
    const keys = keysOf(counts, kind)
    const listed = rows.filter((one) => one.entry === 'drift' && one.kind === kind)
    if (listed.length !== Math.min(keys, most))
      throw notWhole(`${keys} ${kind} counted at "${rows[0]?.warehouse}", and ${listed.length} came`)
  }
  return sum(counts, 'keys')
}

function notWhole(what: string): SnapshotError {
  return new SnapshotError(`${what}. Read all of the result, and each page once.`)
}

export function keysOf(counts: readonly AnswerRow[], kind: string): number {
  return sum(
    counts.filter((row) => row.kind === kind),
    'keys',
  )
}

export function sum(rows: readonly AnswerRow[], name: (typeof numbers)[number]): number {
  return rows.reduce((total, row) => total + row[name], 0)
}
