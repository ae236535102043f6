import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { EventSourceMappingOptions } from './options.ts'

type Rule = readonly [problem: (value: unknown) => boolean, remedy: string]

const streamArn = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/[^/]+\/stream\/.+$/

const memoryRules: Readonly<Record<string, Rule>> = {
  records: [notAListOf(isRecord), 'Give stream records as Lambda hands them over.'],
}

const streamRules: Readonly<Record<string, Rule>> = {
  stream: [
    (value) => !isRecord(value) || !hasSend(value['client']),
    'Give { client: new DynamoDBStreamsClient(…), streamArn }.',
  ],
  startingPosition: [notOneOf('TRIM_HORIZON', 'LATEST'), "Give 'TRIM_HORIZON' or 'LATEST'."],
  drain: [notA('boolean'), 'Give true or false.'],
  pollingIntervalMs: [notBetween(1, 3_600_000), 'Give whole milliseconds from 1 to 3,600,000.'],
}

const rules: Readonly<Record<string, Rule>> = {
  batchSize: [notBetween(1, 10_000), 'Give a whole number from 1 to 10,000.'],
  maximumBatchingWindowInSeconds: [notBetween(0, 300), 'Give whole seconds from 0 to 300.'],
  parallelizationFactor: [notBetween(1, 10), 'Give a whole number from 1 to 10.'],
  partitionKey: [notAText, "Give the name of the table's partition key."],
  maximumRetryAttempts: [
    notBetween(-1, 10_000),
    'Give a whole number from 0 to 10,000, or -1 for retries without end.',
  ],
  maximumRecordAgeInSeconds: [
    (value) => value !== -1 && notBetween(60, 604_800)(value),
    'Give whole seconds from 60 to 604,800, or -1 for no limit.',
  ],
  bisectBatchOnFunctionError: [notA('boolean'), 'Give true or false.'],
  reportBatchItemFailures: [notA('boolean'), 'Give true or false.'],
  filterCriteria: [
    (value) => !isRecord(value),
    "Give Lambda's own { Filters: [{ Pattern: '{…}' }] }, or leave it out.",
  ],
  tumblingWindowInSeconds: [notBetween(0, 900), 'Give whole seconds from 0 to 900; 0 for no windows.'],
  undocumented: [(value) => !isRecord(value), 'Give an object of behaviours, or leave it out.'],
  onFailure: [notA('function'), 'Give a function that takes the pointer, or leave it out.'],
  onInvocation: [notA('function'), 'Give a function that takes the invocation, or leave it out.'],
  timeoutMs: [notBetween(1, 900_000), 'Give whole milliseconds from 1 to 900,000.'],
  retryDelayMs: [notBetween(0, 10_000), 'Give whole milliseconds from 0 to 10,000.'],
  functionArn: [notAText, "Give the function's ARN, or leave it out."],
  clock: [(value) => !isClock(value), 'Give { now, monotonic, sleep }, or leave it out.'],
  random: [notA('function'), 'Give a function that answers a number from 0 up and below 1.'],
  signal: [(value) => !(value instanceof AbortSignal), "Give an AbortController's signal, or leave it out."],
}

/** @throws ConfigError at the first option that cannot be used. */
export function checkOptions(options: EventSourceMappingOptions): void {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  if (typeof given['handler'] !== 'function')
    fail('handler', given['handler'], 'Give the function that Lambda would call.')
  if ((given['records'] === undefined) === (given['stream'] === undefined))
    throw new ConfigError('records', 'give either records or stream, not both and not neither.')
  const sourceRules = given['records'] === undefined ? streamRules : memoryRules
  for (const [name, value] of Object.entries(given)) checkOption(name, value, { ...rules, ...sourceRules })
  if (options.stream && !streamArn.test(options.stream.streamArn))
    fail('stream.streamArn', options.stream.streamArn, "Give the table's LatestStreamArn.")
}

function checkOption(name: string, value: unknown, known: Readonly<Record<string, Rule>>): void {
  if (name === 'handler') return
  const rule = Object.hasOwn(known, name) ? known[name] : undefined
  if (rule?.[0](value)) fail(name, value, rule[1])
  if (rule) return
  if (Object.hasOwn(streamRules, name))
    throw new ConfigError(name, 'has no meaning for records in memory. Remove it, or give a stream.')
  throw new ConfigError(name, `is no option. Known are handler, ${Object.keys(known).join(', ')}.`)
}

function fail(field: string, value: unknown, remedy: string): never {
  throw new ConfigError(field, `${shown(value)} cannot be used. ${remedy}`)
}

/** Never an object's content: it may be a client with credentials, or records with data. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200))
  if (Array.isArray(value)) return 'this list'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'this object' : String(value)
}

function notBetween(least: number, most: number): (value: unknown) => boolean {
  return (value) => !Number.isInteger(value) || (value as number) < least || (value as number) > most
}

function notA(type: 'boolean' | 'function'): (value: unknown) => boolean {
  return (value) => typeof value !== type
}

function notAText(value: unknown): boolean {
  return typeof value !== 'string' || value === ''
}

function notOneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => !values.includes(value as string)
}

function notAListOf(isMember: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => !Array.isArray(value) || !value.every(isMember)
}

function hasSend(value: unknown): boolean {
  return isRecord(value) && typeof value['send'] === 'function'
}

function isClock(value: unknown): boolean {
  return isRecord(value) && ['now', 'monotonic', 'sleep'].every((name) => typeof value[name] === 'function')
}
