import { isRecord } from '../../core/objects.ts'
import type { InvocationContext } from '../../runtime/lambda.ts'
import type { Clock } from '../../ports/clock.ts'
import { failure, readAnswer, type InvocationOutcome } from './answer.ts'
import type { MappedEvent } from './options.ts'
import { pause } from './pause.ts'
import type { MappingSettings } from './settings.ts'
import type { QueuedRecord } from './queued-record.ts'

const mostAnswerBytes = 6 * 1024 * 1024

/**
 * Calls the handler once, with an event of its own and a context that counts down. An answer that comes after the
 * function's time-out is ignored. `window`: what a tumbling window adds to the event, as JSON without braces.
 */
export async function invoke(
  records: readonly QueuedRecord[],
  requestId: string,
  settings: MappingSettings,
  window?: string,
): Promise<InvocationOutcome> {
  const fields = [`"Records":[${records.map((record) => record.json).join()}]`, ...(window ? [window] : [])]
  const event = JSON.parse(`{${fields.join()}}`) as MappedEvent
  const answered = new AbortController()
  const context = countdown(settings.clock, settings.timeoutMs, requestId)
  const call = (async () => settings.handler(event, context))() // also turns a synchronous throw into a rejection
  const timeOut = pause(settings.clock, settings.timeoutMs, answered.signal).then(() => timedOut(settings.timeoutMs))
  try {
    return await Promise.race([
      call.then((answer) => judge(answer, records, settings, window !== undefined), thrown),
      timeOut,
    ])
  } finally {
    answered.abort('over')
  }
}

function judge(
  answer: unknown,
  records: readonly QueuedRecord[],
  settings: MappingSettings,
  hasState: boolean,
): InvocationOutcome {
  const { reportBatchItemFailures, undocumented } = settings
  if (!reportBatchItemFailures && !hasState) return { type: 'success' }
  let sent: unknown
  try {
    const text = serialised(answer)
    if (Buffer.byteLength(text) > mostAnswerBytes) throw new Error('Lambda takes at most 6 MB.')
    sent = JSON.parse(text)
  } catch (error) {
    return failure('the answer cannot be sent as JSON', error)
  }
  if (hasState && !(isRecord(sent) && Object.hasOwn(sent, 'state')))
    return failure('the answer has no state, which a tumbling window needs')
  const numbers = new Set(records.map((record) => record.sequenceNumber))
  const outcome: InvocationOutcome = reportBatchItemFailures
    ? readAnswer(sent, numbers, undocumented.answers)
    : { type: 'success' }
  return hasState && outcome.type !== 'failure' ? { ...outcome, state: (sent as { state: unknown }).state } : outcome
}

function serialised(answer: unknown): string {
  return answer === undefined || typeof answer === 'function' ? 'null' : JSON.stringify(answer)
}

function thrown(error: unknown): InvocationOutcome {
  return { type: 'failure', reason: 'the handler threw', error: error ?? new Error('The handler threw nothing.') }
}

function timedOut(timeoutMs: number): InvocationOutcome {
  const reason = `the handler did not answer within ${timeoutMs} ms`
  return failure(reason, new Error(reason))
}

function countdown(clock: Clock, timeoutMs: number, awsRequestId: string): InvocationContext {
  const startedAt = clock.monotonic()
  return {
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(timeoutMs - (clock.monotonic() - startedAt))),
  }
}
