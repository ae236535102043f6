import * as z from 'zod/mini'
import { isObject } from '../core/objects.ts'
import {
  hasMethods,
  isFunction,
  isPlainRecord,
  isStandardSchema,
  isStreamArn,
  isTarget,
  isText,
  longestTimer,
} from './config-values.ts'

const that = (test: (value: unknown) => boolean, remedy: string) =>
  z.optional(z.custom((value) => test(value), { error: remedy }))
const integer = (least: number, most: number, remedy: string) =>
  that((value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most, remedy)

const milliseconds = (remedy = 'Use milliseconds from 0 up.') =>
  that((value) => typeof value === 'number' && value >= 0 && value <= longestTimer, remedy)

const callback = that(isFunction, 'Give a function.')
const sink = that(hasMethods('send'), 'Give a DLQ sink, such as sqsDlq({ queueUrl }).')
const sourceTable = that(hasMethods('read', 'snapshot'), 'Give a source table, such as dynamoDbTable({ tableName }).')
const emitter = hasMethods('emit')

const itemSchema = z.strictObject({
  schema: z.custom(isStandardSchema, {
    error: 'Give a schema of a Standard Schema library (zod, valibot, arktype …) that answers at once.',
  }),
  key: z.custom(
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 2 &&
      value.every(isText) &&
      new Set(value).size === value.length,
    { error: "Name the table's key attributes: ['sku'] or ['sku', 'location']." },
  ),
  version: that(
    (value) => value === 'sequence' || (isObject(value) && isText((value as { attribute?: unknown }).attribute)),
    "Use 'sequence' or { attribute: '…' }.",
  ),
  quantity: callback,
  fields: that(
    (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
    'List attribute names, at least one.',
  ),
})

export const syncSchema = z.looseObject({
  item: z.optional(itemSchema),
  targets: z.custom(isPlainRecord, {
    error: 'Give a record: { berlin: httpTarget(…) }.',
  }),
  when: callback,
  dlq: sink,
  metrics: that(
    (value) => emitter(value) || (Array.isArray(value) && value.every(emitter)),
    'Give a metric emitter or a list of them, such as emfMetrics({ service }).',
  ),
  tracer: that(hasMethods('span'), 'Give an object with a `span` method.'),
  logger: that(hasMethods('info', 'warn', 'error'), 'Give an object with `info`, `warn` and `error`, such as console.'),
  clock: that(hasMethods('now', 'monotonic', 'sleep'), 'Give an object with `now`, `monotonic` and `sleep`.'),
  ttl: that((value) => value === 'propagate' || value === 'ignore', "Use 'propagate' or 'ignore'."),
  origin: z.optional(
    z.strictObject({
      attribute: z.custom(isText, { error: 'Name the attribute that holds the writing region.' }),
      accept: z.custom((value) => Array.isArray(value) && value.length > 0 && value.every(isText), {
        error: 'List the regions whose writes are synced, at least one.',
      }),
    }),
  ),
  random: callback,
  deadlineMarginMs: milliseconds(),
  epochs: that(
    (value) =>
      isPlainRecord(value) &&
      Object.entries(value).every(
        ([arn, epoch]) =>
          isStreamArn(arn) && Number.isInteger(epoch) && (epoch as number) >= 0 && (epoch as number) <= 999_999,
      ),
    "Map stream ARNs to whole numbers from 0 to 999999: { 'arn:…/stream/2026-03-01T00:00:00.000': 1 }.",
  ),
})

export const streamSchema = z.looseObject({
  table: sourceTable,
  coalesce: that((value) => typeof value === 'boolean', 'Use true or false.'),
  events: that(
    (value) => hasMethods('decode')(value) && typeof (value as { sequenced?: unknown }).sequenced === 'boolean',
    'Give an event decoder, such as kinesisEvents().',
  ),
  failureMode: that((value) => value === 'report' || value === 'throw', "Use 'report' or 'throw'."),
})

export const queueSchema = z.looseObject({
  mode: that((value) => value === 'current' || value === 'original', "Use 'current' or 'original'."),
  table: sourceTable,
})

export const routeSchema = z.strictObject({
  target: z.custom(isTarget, { error: 'Give a warehouse target with either `apply` or `applyBatch`.' }),
  when: callback,
  concurrency: integer(1, 10_000, 'Use a whole number from 1 to 10000.'),
  timeoutMs: that(
    (value) => typeof value === 'number' && value > 0 && value <= longestTimer,
    'Use milliseconds above 0.',
  ),
  retry: z.optional(
    z.strictObject({
      maxAttempts: integer(1, 1_000, 'Use a whole number from 1 to 1000; 1: no retry.'),
      minDelayMs: milliseconds(),
      maxDelayMs: milliseconds(),
    }),
  ),
  breaker: z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({
          failures: z.custom((value) => Number.isInteger(value) && (value as number) >= 1),
          coolDownMs: z.custom((value) => typeof value === 'number' && value >= 0 && value <= longestTimer),
        }),
      ],
      { error: 'Use false or { failures: 1 or more, coolDownMs: 0 or more }.' },
    ),
  ),
  onUnavailable: that((value) => value === 'park' || value === 'stall', "Use 'park' or 'stall'."),
  dlq: sink,
})
