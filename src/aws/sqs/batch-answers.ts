import { isObject } from '../../core/objects.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'

export type LetterAnswer = 'parked' | Error

/**
 * Reads the answer to a batch: a 200 may hold failures, and what it does not name is unknown. One answer per id, in order.
 */
export function batchAnswers(ids: readonly string[], answer: unknown): readonly LetterAnswer[] {
  const successful = new Set(entriesOf(answer, 'Successful').map((entry) => entry['Id']))
  const failed = new Map(entriesOf(answer, 'Failed').map((entry) => [entry['Id'], entry]))
  return ids.map((id) => {
    const failure = failed.get(id)
    if (failure) return refusal(failure)
    if (successful.has(id)) return 'parked'
    return new TargetUnavailableError(
      'SQS answered without a word on this dead letter: whether it is parked is unknown.',
    )
  })
}

function refusal(failure: Readonly<Record<string, unknown>>): Error {
  const code =
    typeof failure['Code'] === 'string' && /^[\w.]{1,100}$/.test(failure['Code']) ? failure['Code'] : 'no code'
  const passing = failure['SenderFault'] !== true || /thrott|limit|quota/i.test(code)
  if (passing) return new TargetUnavailableError(`SQS failed to take the dead letter (${code}). It may pass.`)
  return new TargetRejectedError(
    `SQS refused the dead letter (${code}). Compare the queue’s MaximumMessageSize with maxMessageBytes, and its type ` +
      'with the URL: a FIFO queue’s ends in .fifo.',
  )
}

function entriesOf(answer: unknown, list: 'Successful' | 'Failed'): readonly Readonly<Record<string, unknown>>[] {
  const entries: unknown = isObject(answer) ? answer[list] : undefined
  return Array.isArray(entries) ? entries.filter(isObject) : []
}
