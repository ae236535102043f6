import { checkedMessageBytes, checkedQueueUrl, checkedSqsClient, checkedWhole } from '../../aws/sqs/check-options.ts'
import { ownClient } from '../../aws/sqs/client.ts'
import { withoutOldImage } from '../../aws/sqs/letter-body.ts'
import type { LetterQueue } from '../../aws/sqs/letter-sender.ts'
import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { SqsDlqOptions } from '../sqs.ts'

/** Options that were checked, with the defaults filled in. A FIFO queue gets one batch after the other. */
export function checkedQueue(options: SqsDlqOptions): LetterQueue {
  // A caller without types may hand in anything.
  const given = options as unknown
  if (!isObject(given)) throw new ConfigError('sqsDlq', `${String(given)} are no options. Give { queueUrl }.`)
  const url = checkedQueueUrl(given['queueUrl'])
  const concurrency = checkedWhole('concurrency', given['concurrency'], { least: 1, most: 100, otherwise: 5 })
  return {
    queueUrl: url.text,
    fifo: url.fifo,
    client: checkedSqsClient(given['client']) ?? ownClient(url.parsed),
    maxMessageBytes: checkedMessageBytes(given['maxMessageBytes']),
    concurrency: url.fifo ? 1 : concurrency,
    noun: 'dead letter',
    shorter: [withoutOldImage],
    spared: 'old image',
    remedy:
      'Keep large values outside the table, raise the queue’s MaximumMessageSize where it is below 1 MiB, or give the ' +
      'target a DLQ sink of its own that takes larger letters.',
  }
}
