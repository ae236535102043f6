import { checkedMessageBytes, checkedQueueUrl, checkedSqsClient, shownUrl } from '../../aws/sqs/check-options.ts'
import { ownClient } from '../../aws/sqs/client.ts'
import { withoutImages, withoutOldImage } from '../../aws/sqs/letter-body.ts'
import type { LetterQueue } from '../../aws/sqs/letter-sender.ts'
import { checkClock, givenOptions, shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system-clock.ts'
import type { SqsTargetOptions } from '../sqs.ts'

/** What {@link SqsTargetOptions} come to, checked. */
export interface SqsTargetSettings {
  readonly queue: LetterQueue
  readonly guarded: boolean
  readonly clock: Clock
}

const known = ['queueUrl', 'fifo', 'client', 'region', 'guarded', 'maxMessageBytes', 'clock']

export function settingsOf(options: SqsTargetOptions): SqsTargetSettings {
  const given = givenOptions('sqsTarget', options, known, '{ queueUrl }')
  const url = checkedQueueUrl(given['queueUrl'])
  checkFifo(given['fifo'], url)
  checkClock(given['clock'])
  const region = checkedRegion(given['region'])
  return {
    queue: {
      queueUrl: url.text,
      fifo: url.fifo,
      client: checkedSqsClient(given['client']) ?? ownClient(url.parsed, region),
      maxMessageBytes: checkedMessageBytes(given['maxMessageBytes']),
      concurrency: 10, // as many calls as a route has in flight; in one call no two changes are of one item
      noun: 'change',
      shorter: [withoutOldImage, withoutImages],
      spared: 'images',
      remedy: 'Raise the queue’s MaximumMessageSize, and maxMessageBytes with it.',
    },
    guarded: checkedGuarded(given['guarded']),
    clock: options.clock ?? systemClock,
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function checkFifo(value: unknown, url: { readonly text: string; readonly fifo: boolean }): void {
  if (value === undefined || value === url.fifo) return
  if (value === true)
    throw new ConfigError(
      'queueUrl',
      `${shownUrl(url.text)} does not end in .fifo, and the option fifo is true. The name of a FIFO queue ends in .fifo: ` +
        'give its URL, or leave fifo out for a standard queue.',
    )
  throw new ConfigError(
    'fifo',
    value === false
      ? 'is false, and queueUrl ends in .fifo, which only FIFO queues do. Leave it out.'
      : `${shown(value)} is neither true nor false. Leave it out: the URL tells.`,
  )
}

function checkedRegion(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[a-z0-9-]{1,50}$/.test(value))) return value
  throw new ConfigError(
    'region',
    `${shown(value)} is no region, such as eu-west-1. Leave it out: the queue's URL tells.`,
  )
}

function checkedGuarded(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw new ConfigError(
    'guarded',
    `${shown(value)} is neither true nor false. Give true if the queue's warehouse is guarded.`,
  )
}
