import type { Change } from '../../core/change.ts'
import { compareVersions, isVersion } from '../../core/version.ts'
import { isSyncError, TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import type { ApplyResult, CallContext } from '../../ports/target.ts'
import { outOfTime } from '../../postgres/in-time.ts'
import { quoted } from '../../postgres/identifier.ts'
import { isAboutSchema, serverError } from '../../postgres/server-error.ts'
import type { Run, TextRow } from '../../postgres/transaction.ts'
import { callOf, type Call } from './call.ts'
import { homeless, rowOf, type TargetRow } from './row.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { KnownTable, Table } from './table.ts'
import { lookUp, upsertOf } from './upsert.ts'

type Answer = ApplyResult | Error

/** A change that has a row, and its place in the batch. */
interface Written {
  readonly index: number
  readonly row: TargetRow
}

/** Writes each change's row unless the table holds one that is not older: one statement for all that write the same columns. */
export async function applyChanges(
  changes: readonly Change<unknown>[],
  known: KnownTable,
  settings: PostgresTargetSettings,
  context: CallContext,
): Promise<readonly Answer[]> {
  if (context.signal.aborted) throw outOfTime()
  const call = callOf(settings, context)
  try {
    const table = await tableFor(changes, known, settings, call)
    const answers: Answer[] = []
    const groups = new Map<string, Written[]>()
    for (const [index, change] of changes.entries()) {
      const row = rowOrRefusal(change, table, settings)
      if (row instanceof Error) answers[index] = row
      else {
        const columns = JSON.stringify(row.columns.map(({ name }) => name))
        groups.set(columns, [...(groups.get(columns) ?? []), { index, row }])
      }
    }
    // In transactions of their own: one that held the rows of two could wait for another one in a circle.
    for (const group of groups.values())
      for (const [at, answer] of (await call('write', (run) => write(run, group, table, settings))).entries())
        answers[group[at]?.index ?? 0] = answer
    return answers
  } catch (error) {
    if (isAboutSchema(error)) known.forget()
    throw serverError(error)
  }
}

/** Looked up again where an attribute has no column: it may have been added. */
async function tableFor(
  changes: readonly Change<unknown>[],
  known: KnownTable,
  settings: PostgresTargetSettings,
  call: Call,
): Promise<Table> {
  const table = known.now()
  const isEnough = table && changes.every((change) => homeless(change, table, settings).length === 0)
  return isEnough ? table : call('read', known.lookUp)
}

function rowOrRefusal(change: Change<unknown>, table: Table, settings: PostgresTargetSettings): TargetRow | Error {
  try {
    return rowOf(change, table, settings)
  } catch (error) {
    if (isSyncError(error, 'TARGET_REJECTED')) return error
    throw error
  }
}

async function write(
  run: Run,
  group: readonly Written[],
  table: Table,
  settings: PostgresTargetSettings,
): Promise<readonly Answer[]> {
  const rows = group.map(({ row }) => row)
  const upsert = upsertOf(rows, table, settings)
  const told = byNumber((await run(upsert.text, upsert.values)).rows)
  const open = rows.filter((row, index) => isOpen(row, told.get(index)))
  // Somebody else wrote these after the statement began. They are locked now, and stay as they are.
  const again = open.length === 0 ? new Map<number, TextRow>() : await heldNow(run, open, table, settings)
  return rows.map((row, index) => {
    const first = told.get(index)
    if (first?.['written'] === 'true') return 'applied'
    const at = open.indexOf(row)
    return judge(row, at < 0 ? first?.['version'] : again.get(at)?.['version'])
  })
}

async function heldNow(run: Run, rows: readonly TargetRow[], table: Table, { versionColumn }: PostgresTargetSettings) {
  const key = rows[0]?.key ?? []
  const keys = rows.map(({ texts }) => texts.slice(0, key.length))
  const { text, values } = lookUp(key, keys, table, `held.${quoted(versionColumn)}::text AS version`)
  return byNumber((await run(text, values)).rows)
}

function byNumber(rows: readonly TextRow[]): ReadonlyMap<number, TextRow> {
  return new Map(rows.map((row) => [Number(row['n']) - 1, row]))
}

/** Whether what stood there when the statement began does not say why the row was not written. */
function isOpen({ version }: TargetRow, told: TextRow | undefined): boolean {
  if (told?.['written'] === 'true') return false
  const held = told?.['version'] ?? undefined
  return held === undefined || (isVersion(held) && compareVersions(held, version) < 0)
}

function judge({ version }: TargetRow, held: string | null | undefined): Answer {
  if (held === null || held === undefined)
    return new TargetUnavailableError('The row that stood in the way was gone when it was looked at. Try again.')
  if (!isVersion(held))
    return new TargetRejectedError("The row's version column holds no version. Set the option versionColumn.")
  const order = compareVersions(held, version)
  if (order < 0) return new TargetUnavailableError('The row was not written, and nobody says why. Look for triggers.')
  return order === 0 ? 'unchanged' : 'stale'
}
