import type { InvocationContext } from '../../runtime/lambda.ts'
import type { Clock } from '../../ports/clock.ts'
import { readAnswer, type InvocationOutcome } from './answer.ts'
import type { MappedEvent } from './options.ts'
import { pause } from './pause.ts'
import type { MappingSettings } from './settings.ts'
import type { QueuedRecord } from './queued-record.ts'

/**
 * Calls the handler once, with an event of its own and a context that counts down. An answer that comes after the
 * function's time-out is ignored.
 */
export async function invoke(
  records: readonly QueuedRecord[],
  requestId: string,
  settings: MappingSettings,
): Promise<InvocationOutcome> {
  const event = JSON.parse(`{"Records":[${records.map((record) => record.json).join()}]}`) as MappedEvent
  const answered = new AbortController()
  const context = countdown(settings.clock, settings.timeoutMs, requestId)
  const call = (async () => settings.handler(event, context))() // also turns a synchronous throw into a rejection
  const timeOut = pause(settings.clock, settings.timeoutMs, answered.signal).then(() => timedOut(settings.timeoutMs))
  try {
    return await Promise.race([call.then((answer) => judge(answer, records, settings), thrown), timeOut])
  } finally {
    answered.abort()
  }
}

function judge(answer: unknown, records: readonly QueuedRecord[], settings: MappingSettings): InvocationOutcome {
  if (!settings.reportBatchItemFailures) return { type: 'success' }
  let sent: unknown
  try {
    sent = JSON.parse(serialised(answer))
  } catch (error) {
    return { type: 'failure', reason: 'the answer cannot be written as JSON', error }
  }
  return readAnswer(sent, new Set(records.map((record) => record.sequenceNumber)))
}

function serialised(answer: unknown): string {
  return answer === undefined || typeof answer === 'function' ? 'null' : JSON.stringify(answer)
}

function thrown(error: unknown): InvocationOutcome {
  return { type: 'failure', reason: 'the handler threw', error }
}

function timedOut(timeoutMs: number): InvocationOutcome {
  const reason = `the handler did not answer within ${timeoutMs} ms`
  return { type: 'failure', reason, error: new Error(reason) }
}

function countdown(clock: Clock, timeoutMs: number, awsRequestId: string): InvocationContext {
  const startedAt = clock.monotonic()
  return {
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(timeoutMs - (clock.monotonic() - startedAt))),
  }
}
