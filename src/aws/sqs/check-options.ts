import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { SqsDlqOptions } from '../sqs.ts'
import { ownClient, type SqsClientLike } from './client.ts'

/** Options that were checked, with the defaults filled in. */
export interface SqsDlqSettings {
  readonly queueUrl: string
  readonly fifo: boolean
  readonly client: SqsClientLike
  readonly maxMessageBytes: number
  readonly concurrency: number
}

const defaults = { maxMessageBytes: 1_048_576, concurrency: 5 } as const

export function checkedSettings(options: SqsDlqOptions): SqsDlqSettings {
  // A caller without types may hand in anything.
  const given = options as unknown
  if (!isObject(given)) throw new ConfigError('sqsDlq', `${quoted(given)} are no options. Give { queueUrl }.`)
  const url = queueUrlOf(given['queueUrl'])
  return {
    queueUrl: url.text,
    fifo: url.parsed.pathname.endsWith('.fifo'),
    client: clientOf(given['client']) ?? ownClient(url.parsed),
    maxMessageBytes: wholeNumber('maxMessageBytes', given['maxMessageBytes'], 1_024, defaults.maxMessageBytes),
    concurrency: wholeNumber('concurrency', given['concurrency'], 1, 100),
  }
}

function queueUrlOf(value: unknown): { readonly text: string; readonly parsed: URL } {
  const remedy =
    'Give the URL that SQS shows for the queue, like https://sqs.eu-west-1.amazonaws.com/123456789012/parked.'
  const parsed = typeof value === 'string' ? parsedUrl(value) : undefined
  if (typeof value !== 'string' || !parsed || !/^https?:$/.test(parsed.protocol))
    throw new ConfigError('queueUrl', `${quoted(value)} is no http or https URL. ${remedy}`)
  if (parsed.username || parsed.password)
    throw new ConfigError('queueUrl', `the URL carries credentials. Leave them to the client. ${remedy}`)
  if (parsed.pathname === '/') throw new ConfigError('queueUrl', `${quoted(value)} names no queue. ${remedy}`)
  return { text: value, parsed }
}

function clientOf(value: unknown): SqsClientLike | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function')
    return value as SqsClientLike // just seen to have its one member
  throw new ConfigError('client', 'has no method send. Give an SQSClient of @aws-sdk/client-sqs, or leave it out.')
}

function wholeNumber(field: keyof typeof defaults, value: unknown, least: number, most: number): number {
  if (value === undefined) return defaults[field]
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new ConfigError(field, `${quoted(value)} is no whole number from ${least} to ${most}.`)
}

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** A value as a message may show it: short, and without what stands between a URL's scheme and its @. */
function quoted(value: unknown): string {
  if (typeof value !== 'string')
    return value === null || typeof value !== 'object' ? String(value) : `a ${typeof value}`
  const safe = value.replace(/\/\/.*@/s, '//…@')
  return JSON.stringify(safe.length > 200 ? `${safe.slice(0, 200)}…` : safe)
}
