import * as z from 'zod/mini'
import { DecodeError, type SyncErrorCode } from '../errors.ts'
import type { StreamRecord } from './stream-record.ts'
import { isVersion } from './version.ts'

interface LetterFacts {
  /** New at each parking. */
  readonly id: string
  readonly code: SyncErrorCode
  /** Why it was given up, for a person. */
  readonly reason: string
  /** Tries that were made; 0 where an open breaker refused. */
  readonly attempts: number
  readonly failedAt: Date
}

/** A change that one target did not take. */
export interface DeliveryLetter extends LetterFacts {
  readonly type: 'delivery'
  readonly target: string
  readonly key: string
  readonly version: string
  readonly change: 'upsert' | 'removal'
  /** One that names its item's keys alone stands for a change without a record: see {@link isBareLetter}. */
  readonly record: StreamRecord
}

/** A record that could not be turned into a change. */
export interface PoisonLetter extends LetterFacts {
  readonly type: 'poison'
  readonly record: unknown
}

/** What was given up, with the raw record: images stay DynamoDB JSON, so nothing is rounded or lost, and redrive decodes anew. */
export type DeadLetter = DeliveryLetter | PoisonLetter

/**
 * Whether a letter tells its item's key alone: its change had no record, or none that fits a message. Nothing in it shows
 * where its version comes from or what the item was, so that only the table can say what to apply.
 */
export function isBareLetter({ type, record }: DeadLetter): boolean {
  if (type !== 'delivery') return false
  const { eventName, dynamodb } = record // a delivery's always is one
  return eventName === undefined && !dynamodb?.NewImage && !dynamodb?.OldImage && dynamodb?.SequenceNumber === undefined
}

/**
 * A dead letter as JSON text. Bytes become base64, as in Lambda's own events; numbers are texts in DynamoDB JSON already.
 * A bigint in a poison record becomes its decimal text.
 * @throws TypeError or RangeError for a poison record that is no JSON value at all: one with a cycle, or nested too deep.
 */
export function encodeDeadLetter(letter: DeadLetter): string {
  return JSON.stringify(letter, function (this: Record<string, unknown>, name, value: unknown) {
    const raw = this[name] // before toJSON: a Buffer has one, which would spell out its bytes
    if (raw instanceof Uint8Array) return bytesToBase64(raw)
    return typeof value === 'bigint' ? String(value) : value
  })
}

/**
 * Reads a dead letter from text that comes from outside.
 * @throws DecodeError when it is none; the message names what is wrong and quotes no content.
 */
export function decodeDeadLetter(text: string): DeadLetter {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new DecodeError('The message is no dead letter: its body is not JSON.')
  }
  const parsed = letterSchema.safeParse(json)
  // The record as it was parsed: a schema's copy leaves out attributes named __proto__.
  if (parsed.success) return { ...parsed.data, record: (json as { readonly record: never }).record }
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the body')
  throw new DecodeError(`The message is no dead letter: ${[...new Set(fields)].join(', ')} not as expected.`)
}

const text = z.string()
const facts = {
  id: text.check(z.regex(/^[\w.:-]{1,128}$/)),
  code: z.enum([
    'CONFIG_INVALID',
    'RECORD_UNDECODABLE',
    'TARGET_UNAVAILABLE',
    'TARGET_REJECTED',
    'DEADLINE_EXCEEDED',
    'SNAPSHOT_INVALID',
  ]),
  reason: text,
  attempts: z.int().check(z.minimum(0)),
  failedAt: z.pipe(
    z.iso.datetime(),
    z.transform((iso) => new Date(iso)),
  ),
}
const object = z.optional(z.record(text, z.unknown()))
const streamRecord = z.looseObject({
  eventID: z.optional(text),
  eventName: z.optional(text),
  eventSourceARN: z.optional(text),
  dynamodb: z.looseObject({
    Keys: object,
    NewImage: object,
    OldImage: object,
    SequenceNumber: z.optional(text),
    ApproximateCreationDateTime: z.optional(z.number()),
    StreamViewType: z.optional(text),
  }),
})
const letterSchema = z.discriminatedUnion('type', [
  z.object({
    ...facts,
    type: z.literal('delivery'),
    target: text.check(z.minLength(1)),
    key: text.check(z.minLength(1)),
    version: text.check(z.refine(isVersion)),
    change: z.enum(['upsert', 'removal']),
    record: streamRecord,
  }),
  z.object({ ...facts, type: z.literal('poison'), record: z.optional(z.unknown()) }),
])

function bytesToBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
