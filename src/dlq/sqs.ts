import type { SqsClientLike } from '../aws/sqs/client.ts'
import { letterSender } from '../aws/sqs/letter-sender.ts'
import type { DlqSink } from '../ports/dlq.ts'
import { checkedQueue } from './sqs/check-options.ts'

export type { SqsClientLike }

export interface SqsDlqOptions {
  /** The queue's URL, as SQS gives it. One that ends in `.fifo` is a FIFO queue. */
  readonly queueUrl: string
  /**
   * An `SQSClient` of `@aws-sdk/client-sqs`. Default: one of the queue's own region, 1 s to connect, 5 s for each of at
   * most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: SqsClientLike | undefined
  /** The queue's `MaximumMessageSize`, 1,024 to 1,048,576 bytes. Default 1,048,576; older queues may be set to 262,144. */
  readonly maxMessageBytes?: number | undefined
  /** Batches in flight at a standard queue. Default 5. A FIFO queue gets one batch after the other, which keeps its order. */
  readonly concurrency?: number | undefined
}

/**
 * Parks dead letters in an SQS queue, in batches of at most 10 messages and 1 MiB.
 *
 * - The body is the letter as JSON. Characters that SQS refuses are escaped, so that parsing gives the same letter back.
 * - The attributes `type`, `code` and, for a delivery, `target` are there to filter by. None carries a key.
 * - A letter that is larger than a message goes without its old image: `OldImageOmitted: true` stands in its record and
 *   the view type says that there is none. Redrive does not miss it, for the letter carries version and kind of change.
 *   A poison record that has no new image is left whole. What is too large even so is answered with an error.
 * - FIFO queues: one message group per target and key, a deduplication id per letter.
 * - It retries nothing beyond what the client does. A letter that was not accepted is answered with an error:
 *   `TargetRejectedError` where another try would not help, else `TargetUnavailableError`.
 *
 * The role needs `sqs:SendMessage` on the queue. Limits:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 * @throws ConfigError for a URL that is none, and for options out of their range.
 */
export function sqsDlq(options: SqsDlqOptions): DlqSink {
  const send = letterSender(checkedQueue(options))
  return {
    send: async (letters, { signal }) => {
      const answers = await send(letters, signal)
      return answers.map((answer) => (answer === 'sent' ? 'parked' : answer))
    },
  }
}
