import type { SqsClientLike } from '../aws/sqs/client.ts'
import { letterSender } from '../aws/sqs/letter-sender.ts'
import type { DeadLetter } from '../core/dead-letter.ts'
import { isSyncError, TargetRejectedError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { BatchTarget } from '../ports/target.ts'
import { queuedLetter } from './sqs/queued-letter.ts'
import { settingsOf } from './sqs/settings.ts'

export type { SqsClientLike }

/** Options of {@link sqsTarget}. `queueUrl` is the only one that is needed. */
export interface SqsTargetOptions {
  /** The queue's URL, as SQS gives it. One that ends in `.fifo` is a FIFO queue. */
  readonly queueUrl: string
  /** Your word on the queue's type, where you rely on it: a URL that says otherwise is refused. Default: the URL tells. */
  readonly fifo?: boolean | undefined
  /**
   * An `SQSClient` of `@aws-sdk/client-sqs`. Default: one of the queue's own region, 1 s to connect, 5 s for each of at
   * most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: SqsClientLike | undefined
  /** The region to sign for, where the queue's URL does not tell it and no client is given. Default: the environment's. */
  readonly region?: string | undefined
  /**
   * Your word that the target which the queue is drained into is guarded. It silences the warning about parking, and lets
   * `mode: 'original'` redrive into the queue. The queue itself answers every change with `applied`. Default false.
   */
  readonly guarded?: boolean | undefined
  /** The queue's `MaximumMessageSize`, 1,024 to 1,048,576 bytes. Default 1,048,576; older queues may be set to 262,144. */
  readonly maxMessageBytes?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * A warehouse's own SQS queue instead of the warehouse: however slow the warehouse is, it delays nobody else. A function
 * of its own drains the queue with `createQueueSyncHandler`.
 *
 * @example
 * ```ts
 * const lyon = { when: (item) => item.quantity > 0 }
 * export const onStream = createStreamSyncHandler({ targets: { lyon: { ...lyon, target: sqsTarget({ queueUrl }) } }, dlq })
 * export const onQueue = createQueueSyncHandler({ targets: { lyon: { ...lyon, target: httpTarget({ url }) } }, table })
 * ```
 *
 * **Messages** are letters of deliveries, the form of a dead letter, with the change's record. The function that drains
 * them needs a target of the same name, with the same `when`, item and `epochs`: it applies what the table holds now
 * under the letter's version, so that disorder and duplicates end in the newest state at a guarded target.
 *
 * - `applied` means that the queue has the change for good, not that the warehouse has it: metrics of the warehouse come
 *   from the function that drains. A queue cannot be read: reconcile compares the warehouse itself.
 * - A message that is too large goes without its old image (`OldImageOmitted: true` in its record), then without any
 *   (`NewImageOmitted: true`). What has no image, or no record, as a repair has none, is drained as `current` only.
 * - FIFO queues: one message group per target and key, a deduplication id hashed from target and `Change.id`. A redelivered change
 *   is sent once in five minutes; a redriven or repaired one has another id and is sent anew.
 * - Batches hold at most 10 messages and 1 MiB; characters that SQS refuses are escaped. A message that SQS refuses for
 *   its content is rejected, and so is one that is too large without images. Everything else is unavailable: throttling,
 *   time-outs, an answer that does not name a message, and a missing queue or permission, because a deployment heals them
 *   and the change does not. The SDK's client retries; this target does not.
 *
 * The role needs `sqs:SendMessage` on the queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 * @throws ConfigError for a URL that is none, one that is not of the queue type that `fifo` says, and options out of range.
 */
export function sqsTarget<Item = unknown>(options: SqsTargetOptions): BatchTarget<Item> {
  const { queue, guarded, clock } = settingsOf(options)
  const send = letterSender(queue)
  return {
    guarded,
    batchSize: 10,
    applyBatch: async (changes, { target, signal }) => {
      const now = clock.now()
      const letters = changes.map((change) => orError(() => queuedLetter(change, target, now)))
      const answers = (await send(letters.filter(isLetter), signal))[Symbol.iterator]() // one per letter, in order
      return letters.map((letter) => {
        const answer = isLetter(letter) ? (answers.next().value as 'sent' | Error) : letter
        return answer === 'sent' ? 'applied' : answer
      })
    },
  }
}

/** One change that makes no letter does not keep the others back. */
function orError(make: () => DeadLetter): DeadLetter | Error {
  try {
    return make()
  } catch (cause) {
    if (isSyncError(cause)) return cause
    return new TargetRejectedError('The change makes no message: it is none of the library.', { cause })
  }
}

function isLetter(made: DeadLetter | Error): made is DeadLetter {
  return !(made instanceof Error)
}
