import { ConfigError } from '../../errors.ts'
import type { SqsClientLike } from './client.ts'

/** A queue's URL as it was given, and taken apart. */
export interface QueueUrl {
  readonly text: string
  readonly parsed: URL
  readonly fifo: boolean
}

/** @throws ConfigError for what no queue has as its URL, and for one that carries credentials. */
export function checkedQueueUrl(value: unknown): QueueUrl {
  const remedy =
    'Give the URL that SQS shows for the queue, like https://sqs.eu-west-1.amazonaws.com/123456789012/parked.'
  const parsed = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (typeof value !== 'string' || !parsed || !/^https?:$/.test(parsed.protocol))
    throw new ConfigError('queueUrl', `${shownUrl(value)} is no http or https URL. ${remedy}`)
  if (parsed.username || parsed.password)
    throw new ConfigError('queueUrl', `the URL carries credentials. Leave them to the client. ${remedy}`)
  if (parsed.pathname === '/') throw new ConfigError('queueUrl', `${shownUrl(value)} names no queue. ${remedy}`)
  return { text: value, parsed, fifo: parsed.pathname.endsWith('.fifo') }
}

/** @throws ConfigError for a client that cannot send. */
export function checkedSqsClient(value: unknown): SqsClientLike | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function')
    return value as SqsClientLike // just seen to have its one member
  throw new ConfigError('client', 'has no method send. Give an SQSClient of @aws-sdk/client-sqs, or leave it out.')
}

/** A message of SQS holds 1 MiB. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const largestMessage = 1_048_576

/** @throws ConfigError for what no queue can have as its `MaximumMessageSize`. */
export function checkedMessageBytes(value: unknown): number {
  return checkedWhole('maxMessageBytes', value, { least: 1_024, most: largestMessage, otherwise: largestMessage })
}

/** @throws ConfigError for what is no whole number of the range. */
export function checkedWhole(
  field: string,
  value: unknown,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new ConfigError(field, `${shownUrl(value)} is no whole number from ${least} to ${most}.`)
}

/** A value as a message may show it: short, and without what stands between a URL's scheme and its @. */
export function shownUrl(value: unknown): string {
  if (typeof value !== 'string')
    return value === null || typeof value !== 'object' ? String(value) : `a ${typeof value}`
  const safe = value.replace(/\/\/.*@/s, '//…@')
  return JSON.stringify(safe.length > 200 ? `${safe.slice(0, 200)}…` : safe)
}
