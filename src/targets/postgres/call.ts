import { inTransaction, type Run } from '../../postgres/transaction.ts'
import { readSettings } from '../../postgres/value.ts'
import type { CallContext } from '../../ports/target.ts'
import { longestTimer } from '../../system-clock.ts'
import type { PostgresTargetSettings } from './settings.ts'

/** What a call does on the server: reads see all that is committed when they are asked, and change nothing. */
const modes = {
  write: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
  read: `BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; ${readSettings}`,
} as const

/** What the server's answer that its time was up, and the way back of the transaction, may take. */
const longestMarginMs = 100

/** Does the work in one transaction that ends, here and on the server, with the attempt's time. */
export type Call = <T>(mode: keyof typeof modes, work: (run: Run) => Promise<T>) => Promise<T>

export function callOf(
  { pool, clock, statementTimeoutMs }: PostgresTargetSettings,
  { signal, timeoutMs }: CallContext,
): Call {
  const until = clock.monotonic() + Math.min(timeoutMs, longestTimer)
  const timeLeft = (): number => Math.max(1, Math.ceil(until - clock.monotonic()))
  return (mode, work) => {
    const left = timeLeft()
    const forServer = Math.min(statementTimeoutMs, Math.max(1, Math.floor(left - Math.min(longestMarginMs, left / 10))))
    const begin = [
      modes[mode],
      `SET LOCAL statement_timeout = ${forServer}`,
      // A process that is frozen in the middle, as Lambda's are, must not hold its locks.
      `SET LOCAL idle_in_transaction_session_timeout = ${forServer}`,
    ].join('; ')
    return inTransaction({ pool, clock, signal, begin, timeLeft }, work)
  }
}
