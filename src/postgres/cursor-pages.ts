import type { SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import { isSyncError } from '../errors.ts'
import type { Limits } from './in-time.ts'
import type { PostgresPoolLike } from './pool.ts'
import { unavailable } from './server-error.ts'
import { beginTransaction, type Run, type TextRow, type Transaction } from './transaction.ts'
import { readSettings } from './value.ts'

/** A statement whose rows are read page by page. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly entryOf: (row: TextRow) => SnapshotEntry
}

export interface CursorRequest extends Limits {
  readonly pool: PostgresPoolLike
  readonly timeoutMs: number
  readonly idleTimeoutMs: number
  readonly pageRows: number
  /** Looks at what there is, and makes the statement. */
  readonly prepare: (run: Run) => Promise<Statement>
}

const firstPageRows = 100
/** Of text, in characters: how much a page comes to, whatever the size of a row. */
const pageLength = 4_000_000
/** What the server has to say that its own time is up, and the way back. */
const graceMs = 1_000

/**
 * Reads a statement through a cursor, in one read-only transaction whose rows are those of its start. When the signal
 * aborts, the pages end and the summary says that they are not all.
 * https://www.postgresql.org/docs/current/sql-declare.html
 *
 * @throws TargetUnavailableError when PostgreSQL fails, SnapshotError for a row that cannot be read.
 */
export async function* cursorPages(
  request: CursorRequest,
): AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary, undefined> {
  const { signal, clock, prepare, timeoutMs } = request
  const startedAt = new Date(clock.now())
  let rows = 0
  const summary = (complete: boolean) => ({ startedAt, endedAt: new Date(clock.now()), complete, rows })
  if (signal.aborted) return summary(false)
  let transaction: Transaction | undefined
  try {
    transaction = await beginTransaction({ ...request, begin: begin(request), timeLeft: () => timeoutMs + graceMs })
    const { text, values, entryOf } = await prepare(transaction.run)
    await transaction.run(`DECLARE pages NO SCROLL CURSOR FOR ${text}`, values)
    for (let size = Math.min(firstPageRows, request.pageRows), ended = false; !ended;) {
      const page = await transaction.run(`FETCH FORWARD ${size} FROM pages`)
      ended = page.rows.length < size
      rows += page.rows.length
      if (page.rows.length > 0) yield page.rows.map(entryOf)
      size = nextSize(page.rows, request.pageRows)
    }
    await transaction.commit()
    return summary(true)
  } catch (error) {
    if (isAborted(signal)) return summary(false)
    throw isSyncError(error, 'SNAPSHOT_INVALID') ? error : unavailable(error)
  } finally {
    await transaction?.end()
  }
}

// A function, because the compiler believes that `aborted` does not change during an await.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

function begin({ timeoutMs, idleTimeoutMs }: CursorRequest): string {
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    `SET LOCAL statement_timeout = ${timeoutMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMs}`,
    'SET LOCAL cursor_tuple_fraction = 1', // all rows are wanted, not the first ones soon
    readSettings,
  ].join('; ')
}

function nextSize(rows: readonly TextRow[], most: number): number {
  let length = 1
  for (const row of rows) for (const text of Object.values(row)) length += text?.length ?? 0
  return Math.min(most, Math.max(1, Math.floor((pageLength / length) * Math.max(1, rows.length))))
}
