import { isObject } from '../core/objects.ts'
import { TargetUnavailableError } from '../errors.ts'
import { inTime, type Limits } from './in-time.ts'
import { listen, type PostgresClientLike, type PostgresPoolLike } from './pool.ts'
import { isAnswered } from './server-error.ts'

/** A row as the server told it: texts, by the names that the statement gave. */
export type TextRow = Readonly<Record<string, string | null>>

export interface Answer {
  readonly rows: readonly TextRow[]
  readonly fields: readonly unknown[]
}

/** One statement, or several without values. Rejects with the client's own error. */
export type Run = (text: string, values?: readonly unknown[]) => Promise<Answer>

/** What a transaction needs of the world. */
export interface TransactionOptions extends Limits {
  readonly pool: PostgresPoolLike
  /** `BEGIN`, and what is set for this transaction alone. */
  readonly begin: string
  /** How long the next statement may be waited for, in milliseconds. */
  readonly timeLeft: () => number
}

export interface Transaction {
  readonly run: Run
  readonly commit: () => Promise<void>
  /** Rolls back what was not committed, and gives the client back, or closes it where nobody knows its state. Never throws. */
  readonly end: () => Promise<void>
}

/**
 * Begins a transaction on a client of the pool. A client that comes too late goes back at once; one whose answer did not
 * come is closed, which is what ends its statement's transaction.
 */
export async function beginTransaction(options: TransactionOptions): Promise<Transaction> {
  const { begin, timeLeft } = options
  const client = await checkOut(options)
  const unlisten = listen(client)
  let state: 'open' | 'committed' | 'unknown' = 'open'
  const run: Run = async (text, values) => {
    try {
      return understood(await inTime(ask(client, text, values), timeLeft(), options))
    } catch (error) {
      if (!isAnswered(error)) state = 'unknown'
      throw error
    }
  }
  const end = async (): Promise<void> => {
    if (state === 'open') await run('ROLLBACK').catch(() => (state = 'unknown'))
    client.release(state === 'unknown')
    unlisten()
  }
  try {
    await run(begin)
  } catch (error) {
    await end()
    throw error
  }
  const commit = async (): Promise<void> => {
    await run('COMMIT')
    state = 'committed'
  }
  return { run, commit, end }
}

/** Does all of the work in one transaction, or nothing. */
export async function inTransaction<T>(options: TransactionOptions, work: (run: Run) => Promise<T>): Promise<T> {
  const { run, commit, end } = await beginTransaction(options)
  try {
    const value = await work(run)
    await commit()
    return value
  } finally {
    await end()
  }
}

async function checkOut(options: TransactionOptions): Promise<PostgresClientLike> {
  const coming = Promise.resolve(options.pool.connect())
  try {
    return await inTime(coming, options.timeLeft(), options)
  } catch (error) {
    coming.then(
      (client) => client.release(),
      () => undefined, // told already
    )
    throw error
  }
}

type Query = (query: { readonly text: string; readonly values?: readonly unknown[] }) => Promise<unknown>

async function ask(client: PostgresClientLike, text: string, values?: readonly unknown[]): Promise<unknown> {
  // A client of any version: its own type would only admit the one that is installed here.
  return (client as unknown as { readonly query: Query }).query(values ? { text, values } : { text })
}

function understood(answer: unknown): Answer {
  if (Array.isArray(answer)) return { rows: [], fields: [] } // of several statements
  const { rows = [], fields = [] } = isObject(answer) ? answer : { rows: undefined }
  if (!Array.isArray(rows) || !Array.isArray(fields))
    throw new TargetUnavailableError("PostgreSQL's answer makes no sense: it has no rows.")
  return { rows: rows as readonly TextRow[], fields }
}
