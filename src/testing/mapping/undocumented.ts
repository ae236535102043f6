import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'

/**
 * What AWS does not document, or documents in two ways, with both readings; the first one is the default. A handler that is
 * right under either does not depend on what AWS left open.
 */
export interface UndocumentedBehaviour {
  /**
   * Filters. Lambda's page on DynamoDB knows the key `dynamodb` and no `numeric`, DynamoDB's own pages filter `eventName` and
   * `userIdentity`. `eventBridge`: all that EventBridge's patterns have; `numeric` then judges the record's few real numbers
   * and never `N`, which is a text. `documented`: anything else is a ConfigError.
   */
  readonly filters?: 'eventBridge' | 'documented' | undefined
  /**
   * Answers that are no `{ batchItemFailures }` at all: a text, a number, a list with content, failures that are no list.
   * `failure`: the batch is delivered again. `lenient`: such an answer is a success, and a number as an identifier is read
   * as its text.
   */
  readonly answers?: 'failure' | 'lenient' | undefined
  /**
   * What a partial response leaves. `newBatch`: a batch whose retries are counted anew, as was observed on AWS, where a
   * record that alone failed in a batch of several, with three retries, was delivered five times. `retry`: the same batch,
   * whose count goes on.
   */
  readonly checkpoint?: 'newBatch' | 'retry' | undefined
  /**
   * Pointers to parts of a halved batch. `separate`: each part that is given up has its own. `consolidated`: neighbours
   * have one, since Lambda consolidates what it tells of failed records, by AWS's page on CloudFormation's
   * `BisectBatchOnFunctionError`, which does not say how: `batchSize` may be more than 1.
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
   */
  readonly halvedPointers?: 'separate' | 'consolidated' | undefined
  /** A tumbling window's last invocation. `separate`: without records. `lastBatch`: with the last ones where their end is known. */
  readonly finalInvocation?: 'separate' | 'lastBatch' | undefined
  /**
   * A window's last invocation that fails. `suspend`: the lane stands until it succeeds, as the page on windows says.
   * `retryPolicy`: `maximumRetryAttempts` holds, as the same page says of windows in general; then the state is dropped,
   * without a pointer if no record was with it.
   */
  readonly failedFinal?: 'suspend' | 'retryPolicy' | undefined
  /** The state that comes with a partial response. `kept`: what is left sees it. `dropped`: what is left sees the one before. */
  readonly partialState?: 'kept' | 'dropped' | undefined
  /**
   * When a window without newer records is over. `twoMinutes` after its end, the most that AWS documents for Kinesis; or at
   * its `end`.
   */
  readonly idleWindow?: 'twoMinutes' | 'end' | undefined
}

/** The same, with the defaults. */
export type ChosenBehaviour = {
  readonly [Name in keyof UndocumentedBehaviour]-?: NonNullable<UndocumentedBehaviour[Name]>
}

const readings: { readonly [Name in keyof ChosenBehaviour]: readonly [ChosenBehaviour[Name], ChosenBehaviour[Name]] } =
  {
    filters: ['eventBridge', 'documented'],
    answers: ['failure', 'lenient'],
    checkpoint: ['newBatch', 'retry'],
    halvedPointers: ['separate', 'consolidated'],
    finalInvocation: ['separate', 'lastBatch'],
    failedFinal: ['suspend', 'retryPolicy'],
    partialState: ['kept', 'dropped'],
    idleWindow: ['twoMinutes', 'end'],
  }

/** @throws ConfigError that names the behaviour, the value and the readings that there are. */
export function chosenBehaviour(given: UndocumentedBehaviour | undefined): ChosenBehaviour {
  const choices: unknown = given ?? {}
  if (!isRecord(choices))
    throw new ConfigError('undocumented', `is no object. Give one with any of ${Object.keys(readings).join(', ')}.`)
  const known: Readonly<Record<string, readonly string[]>> = readings
  for (const [name, value] of Object.entries(choices)) {
    if (!Object.hasOwn(known, name))
      throw new ConfigError(`undocumented.${name}`, `is no behaviour. Known are ${Object.keys(readings).join(', ')}.`)
    if (value !== undefined && !known[name]?.includes(value as string))
      throw new ConfigError(`undocumented.${name}`, `has no such reading. Give ${known[name]?.join(' or ')}.`)
  }
  const first = Object.fromEntries(Object.entries(readings).map(([name, [reading]]) => [name, reading]))
  const chosen = Object.entries(choices).filter(([, value]) => value !== undefined)
  return { ...first, ...Object.fromEntries(chosen) } as ChosenBehaviour // each name has a reading of its own
}
