import { keyText } from '../core/key.ts'
import { exactNumber } from '../core/number.ts'
import { isObject } from '../core/objects.ts'
import { ConfigError, SnapshotError } from '../errors.ts'
import { byWeight, sampleSize } from './drift-order.ts'
import type { Drift, ReconcileReport, WarehouseReport } from './report.ts'
import type { ReconcileSqlOptions } from './sql.ts'
import { comparisonSettings, type SqlComparison } from './sql/comparison.ts'

/** What {@link reportOfSql} needs to know besides the rows. */
export interface ReportOfSqlOptions<Name extends string = string> extends ReconcileSqlOptions<Name> {
  /** The report's, such as Athena's `QueryExecutionId`. */
  readonly runId: string
  readonly startedAt: Date
  readonly endedAt: Date
  /** The attributes whose texts are numbers, among key and fields. Default: `quantity`. */
  readonly numbers?: readonly string[] | undefined
}

/**
 * The rows that {@link reconcileSql}'s statement answers, as the report of a single run over the same rows, in plan mode
 * and without second look. Its items have the key attributes and the fields.
 *
 * A row is an object by the statement's column names, in small letters; values are texts, as Athena gives them, numbers
 * or bigints.
 *
 * @example
 * ```ts
 * const names = ResultSet.ResultSetMetadata.ColumnInfo.map(({ Name }) => Name)
 * const rows = ResultSet.Rows.slice(1).map(({ Data }) => Object.fromEntries(names.map((name, n) => [name, Data[n]?.VarCharValue])))
 * ```
 *
 * @throws SnapshotError where a place holds rows without a key, and for rows that are not all of the statement's answer.
 * @throws ConfigError for options that cannot work.
 */
export function reportOfSql<Item = Readonly<Record<string, unknown>>, Name extends string = string>(
  rows: Iterable<Readonly<Record<string, unknown>>>,
  options: ReportOfSqlOptions<Name>,
): ReconcileReport<Item, Name> {
  const comparison = comparisonSettings('reportOfSql', options)
  const facts = runFacts(options)
  const answer = [...rows].map(checkedRow)
  checkKeys(answer)
  const drift = answer.filter(({ entry }) => entry === 'drift').map((row) => driftOf(row, comparison, options))
  const all = comparison.warehouses.map(({ name }) => {
    const own = answer.filter(({ entry, warehouse }) => entry === 'count' && warehouse === name)
    checkListed(own, drift, comparison.listed)
    return [name, { counts: own, report: warehouseReport(own) }] as const
  })
  const isDrift = all.some(([, { counts }]) => driftKinds.some((kind) => keysOf(counts, kind) > 0))
  const report: ReconcileReport<Item> = {
    ...facts,
    sourceRows: sum(all[0]?.[1].counts ?? [], 'in_source'), // every key is there for every warehouse
    invalid: 0,
    verdict: isDrift ? 'drift' : 'equal',
    warehouses: Object.fromEntries(all.map(([name, { report: own }]) => [name, own])),
    sample: (drift as Drift<Item>[]).sort(byWeight).slice(0, sampleSize),
  }
  return report // of the warehouses in the options
}

const driftKinds = ['missing', 'mismatch', 'orphan', 'duplicate'] as const
const kinds: readonly unknown[] = [...driftKinds, 'equal', 'none', 'keyless']
const numbers = ['in_source', 'expected', 'held', 'keys', 'units', 'units_absolute'] as const

type AnswerRow = Readonly<Record<(typeof numbers)[number], number>> & {
  readonly entry: string
  readonly warehouse: string
  readonly kind: string
  readonly values: Readonly<Record<string, unknown>>
}

function runFacts({
  runId,
  startedAt,
  endedAt,
}: ReportOfSqlOptions): Pick<ReconcileReport<never>, 'runId' | 'startedAt' | 'endedAt'> {
  if (typeof runId !== 'string' || runId === '') throw new ConfigError('runId', 'is no text. Give the query an id.')
  for (const [field, value] of Object.entries({ startedAt, endedAt }))
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw new ConfigError(field, 'is no date. Give one.')
  return { runId, startedAt, endedAt }
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
  const number = value === null || value === undefined || value === '' ? NaN : Number(value)
  if (Number.isNaN(number)) throw noAnswer()
  return number
}

function noAnswer(): SnapshotError {
  return new SnapshotError("The rows are not what reconcileSql's statement answers. Give its rows, by column names.")
}

function checkKeys(answer: readonly AnswerRow[]): void {
  const keyless = answer.find(({ entry, kind }) => entry === 'count' && kind === 'keyless')
  if (!keyless) return
  const place = keyless.in_source > 0 ? 'source' : (answer.find(isHeldKeyless)?.warehouse ?? keyless.warehouse)
  throw new SnapshotError(`"${place}" holds rows without a key. Leave them out, or give them one.`)
}

function isHeldKeyless({ kind, held }: AnswerRow): boolean {
  return kind === 'keyless' && held > 0
}

/** A result of which pages are missing has fewer rows than it counts. */
function checkListed(counts: readonly AnswerRow[], drift: readonly Drift<unknown>[], most: number): void {
  for (const { warehouse, kind, keys } of counts) {
    if (!(driftKinds as readonly string[]).includes(kind)) continue
    const listed = drift.filter((one) => one.warehouse === warehouse && one.kind === kind).length
    if (listed !== Math.min(keys, most))
      throw new SnapshotError(`${keys} ${kind} counted at "${warehouse}", and ${listed} came. Read all of the result.`)
  }
}

function driftOf(row: AnswerRow, { key, fields }: SqlComparison, options: ReportOfSqlOptions): Drift<unknown> {
  const isNumber = new Set(options.numbers ?? ['quantity'])
  const attribute = (name: string, column: string): readonly (readonly [string, unknown])[] => {
    const value = row.values[column]
    if (value === null || value === undefined) return []
    return [[name, isNumber.has(name) && typeof value === 'string' ? exactNumber(value) : value]]
  }
  const keyAttributes = key.flatMap((name, n) => attribute(name, `key_${n}`))
  const item = (prefix: string) =>
    Object.fromEntries([...keyAttributes, ...fields.flatMap((name, n) => attribute(name, `${prefix}_${n}`))])
  return {
    kind: row.kind as Drift<unknown>['kind'],
    key: keyText(key, Object.fromEntries(keyAttributes)),
    warehouse: row.warehouse,
    expected: row.expected > 0 ? item('expected') : undefined,
    held: row.held > 0 ? item('held') : undefined,
    units: row.units,
  }
}

function warehouseReport(counts: readonly AnswerRow[]): WarehouseReport {
  const drift = Object.fromEntries(driftKinds.map((kind) => [kind, keysOf(counts, kind)])) as Record<
    (typeof driftKinds)[number],
    number
  >
  const expected = sum(counts, 'expected')
  const equal = keysOf(counts, 'equal')
  const accuracy = expected === 0 ? 100 : (100 * equal) / expected
  return {
    rows: sum(counts, 'held'),
    ...drift,
    ...{ inFlight: 0, unstable: 0, unitsSigned: sum(counts, 'units'), unitsAbsolute: sum(counts, 'units_absolute') },
    ...{
      expected,
      equal,
      equalAfter: equal,
      accuracyPercent: accuracy,
      accuracyAfterPercent: accuracy,
      complete: true,
    },
    repairs: { planned: drift.missing + drift.mismatch, applied: 0, stale: 0, conflicted: 0, failed: 0 },
  }
}

function keysOf(counts: readonly AnswerRow[], kind: string): number {
  return sum(
    counts.filter((row) => row.kind === kind),
    'keys',
  )
}

function sum(rows: readonly AnswerRow[], name: (typeof numbers)[number]): number {
  return rows.reduce((total, row) => total + row[name], 0)
}
