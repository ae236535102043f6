import { compareSequenceNumbers } from './sequence-number.ts'

/** What an invocation came to, judged as Lambda does. */
export type InvocationOutcome =
  | { readonly type: 'success' }
  /** Everything from the record with this sequence number on is delivered again, successes too. */
  | { readonly type: 'partial'; readonly checkpoint: string }
  /** The whole batch is delivered again. `error`: what the handler threw, where it threw. */
  | { readonly type: 'failure'; readonly reason: string; readonly error?: unknown }

const success: InvocationOutcome = { type: 'success' }

/**
 * Reads a handler's answer by the rules of `ReportBatchItemFailures`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function readAnswer(answer: unknown, sequenceNumbers: ReadonlySet<string>): InvocationOutcome {
  if (answer === undefined || answer === null || answer === '') return success
  if (typeof answer !== 'object') return failure(`the answer is a ${typeof answer}`)
  if (Array.isArray(answer)) return answer.length === 0 ? success : failure('the answer is a list')
  const failures = (answer as { readonly batchItemFailures?: unknown }).batchItemFailures
  if (failures === undefined || failures === null) return success
  if (!Array.isArray(failures)) return failure('batchItemFailures is no list')
  return readFailures(failures, sequenceNumbers)
}

function readFailures(failures: readonly unknown[], sequenceNumbers: ReadonlySet<string>): InvocationOutcome {
  let checkpoint: string | undefined
  for (const entry of failures) {
    const identifier = identifierOf(entry)
    if (typeof identifier !== 'string' || identifier === '')
      return failure('an entry of batchItemFailures has no itemIdentifier that is a text with content')
    if (!sequenceNumbers.has(identifier)) return failure(`the itemIdentifier ${identifier} is not in the batch`)
    if (checkpoint === undefined || compareSequenceNumbers(identifier, checkpoint) < 0) checkpoint = identifier
  }
  return checkpoint === undefined ? success : { type: 'partial', checkpoint }
}

function identifierOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'itemIdentifier' in entry ? entry.itemIdentifier : undefined
}

function failure(reason: string): InvocationOutcome {
  return { type: 'failure', reason }
}
