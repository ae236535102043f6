import { isObject } from '../../core/objects.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'

/** What became of one message. */
export type SendAnswer = 'sent' | Error

/**
 * Reads the answer to a batch: a 200 may hold failures, and what it does not name is unknown. One answer per id, in
 * order. `noun` is what the messages hold, for the errors' words.
 */
export function batchAnswers(ids: readonly string[], answer: unknown, noun: string): readonly SendAnswer[] {
  const successful = new Set(entriesOf(answer, 'Successful').map((entry) => entry['Id']))
  const failed = new Map(entriesOf(answer, 'Failed').map((entry) => [entry['Id'], entry]))
  return ids.map((id) => {
    const failure = failed.get(id)
    if (failure) return refusal(failure, noun)
    if (successful.has(id)) return 'sent'
    return new TargetUnavailableError(`SQS answered without a word on this ${noun}: whether it has it is unknown.`)
  })
}

function refusal(failure: Readonly<Record<string, unknown>>, noun: string): Error {
  const code =
    typeof failure['Code'] === 'string' && /^[\w.]{1,100}$/.test(failure['Code']) ? failure['Code'] : 'no code'
  // What waits for a permission or a key is healed by a deployment, as it is for a whole call.
  const passing = failure['SenderFault'] !== true || /thrott|limit|quota|denied|kms/i.test(code)
  if (passing) return new TargetUnavailableError(`SQS failed to take the ${noun} (${code}). It may pass.`)
  return new TargetRejectedError(
    `SQS refused the ${noun} (${code}). Compare the queue’s MaximumMessageSize with maxMessageBytes, and its type ` +
      'with the URL: a FIFO queue’s ends in .fifo.',
  )
}

function entriesOf(answer: unknown, list: 'Successful' | 'Failed'): readonly Readonly<Record<string, unknown>>[] {
  const entries: unknown = isObject(answer) ? answer[list] : undefined
  return Array.isArray(entries) ? entries.filter(isObject) : []
}
