import { isObject } from '../core/objects.ts'
import { isSyncError, TargetRejectedError, TargetUnavailableError, type SyncError } from '../errors.ts'

/**
 * What an error of a PostgreSQL client means, by its SQLSTATE.
 *
 * Rejected is only what depends on the rows: data exceptions (class 22), violated constraints (23, 44), two rows of one
 * key (21), what is too large (54), and what a trigger refuses (P0). All else is unavailable: the network, a pool without
 * a free connection, conflicts (40), time-outs and shut-downs (57), and faults of the deployment that heal without the
 * change's doing, as a missing table, column or permission (42).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 *
 * The client's error does not come along: its words quote values.
 */
export function serverError(error: unknown): SyncError {
  const state = sqlState(error)
  if (state === undefined || !rejections.test(state)) return unavailable(error)
  return new TargetRejectedError(
    `PostgreSQL refused the rows (${shownAs(error, state)}). ${remedyFor(state, refusals)}`,
  )
}

/** As {@link serverError} for reads: what could not be read is unknown, whatever the reason. */
export function unavailable(error: unknown): SyncError {
  if (isSyncError(error, 'TARGET_UNAVAILABLE') || isSyncError(error, 'TARGET_REJECTED')) return error
  const state = sqlState(error)
  if (state === undefined)
    return new TargetUnavailableError(`PostgreSQL could not be reached (${networkName(error)}). It may pass.`)
  return new TargetUnavailableError(
    `PostgreSQL did not do what was asked (${shownAs(error, state)}). ${remedyFor(state, failures)}`,
  )
}

/** Whether the server answered, and its connection can be used on. */
export function isAnswered(error: unknown): boolean {
  const state = sqlState(error)
  if (state === undefined || !isObject(error)) return false
  return !/^(?:08|57P)/.test(state) && error['severity'] !== 'FATAL' && error['severity'] !== 'PANIC'
}

/** Whether the table may be another one than it was. */
export function isAboutSchema(error: unknown): boolean {
  return sqlState(error)?.startsWith('42') === true
}

/** Codes of the network, like EPIPE, can look like a SQLSTATE: its classes are a closed list. */
function sqlState(error: unknown): string | undefined {
  const code = isObject(error) ? error['code'] : undefined
  return typeof code === 'string' && /^(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/.test(code) ? code : undefined
}

const rejections = /^(?:2[123]|44|54|P0)/

type Remedies = readonly (readonly [start: string, remedy: string])[]

const refusals: Remedies = [
  ['22003', "The number does not fit the column's type."],
  ['22001', 'The text is longer than the column.'],
  ['22', "A value does not fit its column's type."],
  ['23502', 'Give the column a default, allow NULL, or map it with the option columns.'],
  ['23', "The table's constraints do not allow this row."],
  ['21', 'Two items got the same key. Check the option key.'],
  ['54', 'It is larger than the server allows.'],
  ['', 'The database itself does not allow it.'],
]

const failures: Remedies = [
  ['40', 'Another transaction was in the way.'],
  ['42P01', 'Check the options table and schema, or create the table with the SQL of postgresMigration.'],
  ['42703', 'Add what is missing with the SQL of postgresMigration.'],
  ['42P10', 'The key columns need a unique index: run the SQL of postgresMigration.'],
  ['42501', 'Grant the role SELECT, INSERT and UPDATE on the table, and USAGE on its schema.'],
  ['42601', 'Check the query: one SELECT, without a semicolon in its middle.'],
  ['42', "Check the options against the table's columns."],
  ['25006', 'The server takes no writes: it is a standby, or the role may only read.'],
  ['28', 'Check user and password.'],
  ['3D', "Check the database's name."],
  ['53300', 'Give the pools fewer connections, or the server more.'],
  ['57014', 'It took longer than the time that was left, perhaps for rows that are locked.'],
  ['', 'It may pass.'],
]

function remedyFor(state: string, remedies: Remedies): string {
  return remedies.find(([start]) => state.startsWith(start))?.[1] ?? ''
}

/** Names of the schema, never values. */
function shownAs(error: unknown, state: string): string {
  const names = ['constraint', 'column'].flatMap((field) => {
    const name = isObject(error) ? error[field] : undefined
    return typeof name === 'string' && name !== '' ? [`${field} ${JSON.stringify(name.slice(0, 100))}`] : []
  })
  return [state, ...names].join(', ')
}

/** The code of a network error, like ECONNREFUSED, or the error's name. */
function networkName(error: unknown): string {
  const name = isObject(error) ? (error['code'] ?? error['name']) : undefined
  return typeof name === 'string' && /^\w{1,100}$/.test(name) ? name : 'no error'
}
