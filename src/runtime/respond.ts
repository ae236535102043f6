import { SyncError } from '../errors.ts'
import type { BatchResponse } from './lambda.ts'
import type { Settled } from './pipeline.ts'

/**
 * Reports what Lambda must deliver again: each unresolved lane by its first record, each poison record that nobody
 * took. Identifiers are the decoder's, verbatim.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function respond<Item>(settled: Settled<Item>, failureMode: 'report' | 'throw'): BatchResponse {
  const { unresolved, poisonUnresolved, unread, identifiers } = settled
  const positions = new Set([
    ...unresolved.map(({ first }) => first),
    ...poisonUnresolved.map(({ position }) => position),
    ...unread.map(({ position }) => position),
  ])
  if (positions.size > 0 && failureMode === 'throw')
    throw new SyncError(
      'TARGET_UNAVAILABLE',
      `${String(positions.size)} of ${String(identifiers.length)} records are unresolved and must be delivered again.`,
    )
  const failed = [...positions].sort((a, b) => a - b)
  return { batchItemFailures: failed.map((position) => ({ itemIdentifier: identifiers[position] ?? '' })) }
}
