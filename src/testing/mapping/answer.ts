import { isObject } from '../../core/objects.ts'
import { compareSequenceNumbers } from './sequence-number.ts'
import type { ChosenBehaviour } from './undocumented.ts'

/** What an invocation came to, judged as Lambda does. `state`: a tumbling window's, as answered. */
export type InvocationOutcome =
  | { readonly type: 'success'; readonly state?: unknown }
  /** Everything from the record with this sequence number on is delivered again, successes too. */
  | { readonly type: 'partial'; readonly checkpoint: string; readonly state?: unknown }
  /** The whole batch is delivered again. `error`: what the handler threw, where it threw. */
  | { readonly type: 'failure'; readonly reason: string; readonly error?: unknown }

const success: InvocationOutcome = { type: 'success' }

/**
 * Reads a handler's answer by the rules of `ReportBatchItemFailures`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function readAnswer(
  answer: unknown,
  sequenceNumbers: ReadonlySet<string>,
  reading: ChosenBehaviour['answers'],
): InvocationOutcome {
  const other = (reason: string) => (reading === 'lenient' ? success : failure(reason))
  if (answer === undefined || answer === null || answer === '') return success
  if (!isObject(answer)) return other(`the answer is a ${typeof answer}`)
  if (Array.isArray(answer)) return answer.length === 0 ? success : other('the answer is a list')
  const failures = answer['batchItemFailures']
  if (failures === undefined || failures === null) return success
  if (!Array.isArray(failures)) return other('batchItemFailures is no list')
  return readFailures(failures, sequenceNumbers, reading)
}

function readFailures(
  failures: readonly unknown[],
  sequenceNumbers: ReadonlySet<string>,
  reading: ChosenBehaviour['answers'],
): InvocationOutcome {
  let checkpoint: string | undefined
  for (const entry of failures) {
    const identifier = identifierOf(entry, reading)
    if (typeof identifier !== 'string' || identifier === '')
      return failure('an entry of batchItemFailures has no itemIdentifier that is a text with content')
    if (!sequenceNumbers.has(identifier)) return failure(`the itemIdentifier ${identifier} is not in the batch`)
    if (checkpoint === undefined || compareSequenceNumbers(identifier, checkpoint) < 0) checkpoint = identifier
  }
  return checkpoint === undefined ? success : { type: 'partial', checkpoint }
}

function identifierOf(entry: unknown, reading: ChosenBehaviour['answers']): unknown {
  const identifier = isObject(entry) ? entry['itemIdentifier'] : undefined
  return typeof identifier === 'number' && reading === 'lenient' ? String(identifier) : identifier
}

/** Everything in the batch failed. */
export function failure(reason: string, error?: unknown): InvocationOutcome {
  return { type: 'failure', reason, ...(error !== undefined && { error }) }
}
