import {
  ConfigError,
  type BatchResponse,
  type LambdaHandler,
  type StreamEvent,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSourceMapping, type EventSourceMappingOptions } from '../../../../src/testing/event-source-mapping.ts'
import { fakeStreams } from '../../../support/fake-streams.ts'
import { streamArn } from '../../../support/mapped-records.ts'

const memory = { handler: async () => undefined, records: [] }
const polling = { handler: async () => undefined, stream: { client: fakeStreams([]).client, streamArn } }

/** Options that the types would have refused. */
function construct(options: object): void {
  eventSourceMapping(options as EventSourceMappingOptions)
}

function refusal(options: object): ConfigError {
  try {
    construct(options)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The options were taken.')
}

describe('an option is refused with its name, its value and a remedy', () => {
  const refused: readonly [field: string, options: object, told: readonly string[]][] = [
    ['handler', { records: [] }, ['undefined', 'the function']],
    ['handler', { ...memory, handler: 'index.handler' }, ['"index.handler"']],
    ['records', { handler: memory.handler }, ['either records or stream']],
    ['records', { ...memory, ...polling }, ['not both']],
    ['records', { ...memory, records: 'all' }, ['"all"', 'stream records']],
    ['records', { ...memory, records: [null] }, ['this list']],
    ['stream', { ...polling, stream: { streamArn } }, ['this object', 'DynamoDBStreamsClient']],
    ['stream', { ...polling, stream: streamArn }, ['DynamoDBStreamsClient']],
    [
      'stream.streamArn',
      { ...polling, stream: { ...polling.stream, streamArn: 'stock' } },
      ['"stock"', 'LatestStreamArn'],
    ],
    ['stream.streamArn', { ...polling, stream: { client: polling.stream.client } }, ['undefined']],
    ['startingPosition', { ...polling, startingPosition: 'AT_TIMESTAMP' }, ['"AT_TIMESTAMP"', 'LATEST']],
    ['startingPosition', { ...memory, startingPosition: 'LATEST' }, ['records in memory', 'Remove it']],
    ['drain', { ...polling, drain: 1 }, ['1', 'true or false']],
    ['pollingIntervalMs', { ...polling, pollingIntervalMs: 0 }, ['0', 'from 1']],
    ['batchSize', { ...memory, batchSize: 0 }, ['0', '10,000']],
    ['batchSize', { ...memory, batchSize: 10_001 }, ['10001']],
    ['batchSize', { ...memory, batchSize: 1.5 }, ['1.5', 'whole']],
    ['batchSize', { ...memory, batchSize: '10' }, ['"10"']],
    ['batchSize', { ...memory, batchSize: null }, ['null']],
    ['maximumBatchingWindowInSeconds', { ...memory, maximumBatchingWindowInSeconds: 301 }, ['301', '300']],
    ['parallelizationFactor', { ...memory, parallelizationFactor: 11 }, ['11', 'to 10']],
    ['partitionKey', { ...memory, partitionKey: '' }, ['""', 'partition key']],
    ['maximumRetryAttempts', { ...memory, maximumRetryAttempts: -2 }, ['-2', '-1']],
    ['maximumRetryAttempts', { ...memory, maximumRetryAttempts: Infinity }, ['Infinity', '-1']],
    ['maximumRecordAgeInSeconds', { ...memory, maximumRecordAgeInSeconds: 59 }, ['59', '60']],
    ['maximumRecordAgeInSeconds', { ...memory, maximumRecordAgeInSeconds: 604_801 }, ['604,800']],
    ['bisectBatchOnFunctionError', { ...memory, bisectBatchOnFunctionError: 'yes' }, ['"yes"']],
    ['reportBatchItemFailures', { ...memory, reportBatchItemFailures: 0 }, ['0']],
    ['filterCriteria', { ...memory, filterCriteria: null }, ['null', 'Filters']],
    ['tumblingWindowInSeconds', { ...memory, tumblingWindowInSeconds: 901 }, ['901', '900']],
    ['tumblingWindowInSeconds', { ...memory, tumblingWindowInSeconds: -1 }, ['-1', '0 to 900']],
    ['undocumented', { ...memory, undocumented: 'strict' }, ['"strict"']],
    ['undocumented.answer', { ...memory, undocumented: { answer: 'lenient' } }, ['no behaviour', 'answers']],
    ['undocumented.toString', { ...memory, undocumented: { toString: 'lenient' } }, ['no behaviour']],
    ['undocumented.answers', { ...memory, undocumented: { answers: 'kind' } }, ['failure or lenient']],
    ['undocumented.idleWindow', { ...memory, undocumented: { idleWindow: 0 } }, ['twoMinutes or end']],
    ['onFailure', { ...memory, onFailure: 'arn:aws:sqs' }, ['a function']],
    ['onInvocation', { ...memory, onInvocation: [] }, ['this list']],
    ['timeoutMs', { ...memory, timeoutMs: 900_001 }, ['900001', '900,000']],
    ['retryDelayMs', { ...memory, retryDelayMs: -1 }, ['-1', 'from 0']],
    ['functionArn', { ...memory, functionArn: 5 }, ['5']],
    ['clock', { ...memory, clock: { now: Date.now } }, ['monotonic']],
    ['random', { ...memory, random: 4 }, ['4', 'below 1']],
    ['signal', { ...memory, signal: {} }, ['AbortController']],
    ['maxRetries', { ...memory, maxRetries: 3 }, ['no option', 'maximumRetryAttempts']],
    ['toString', { ...memory, toString: 3 }, ['no option']],
  ]
  it.each(refused)('%s: %o', (field, options, told) => {
    const error = refusal(options)
    expect(error.field).toBe(field)
    for (const text of [field, ...told]) expect(error.message).toContain(text)
  })

  it('never with the content of an object, which may hold credentials', () => {
    const { message } = refusal({ ...polling, stream: { client: { secretAccessKey: 'wJalrXUtnFEMI' }, streamArn } })
    expect(message).not.toContain('wJalrXUtnFEMI')
  })

  it.each([undefined, null, 'options', 5])('the options themselves: %s', (options) => {
    expect(refusal(options as unknown as object)).toMatchObject({ field: 'options' })
  })

  it('and in no other way, whatever is given', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom(memory.handler, polling.stream, []))
    const name = fc.constantFrom(
      'handler',
      'records',
      'stream',
      'batchSize',
      'clock',
      'signal',
      'filterCriteria',
      'undocumented',
      'random',
      'drain',
      '__proto__',
    )
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(name, fc.string()), value), (options) => {
        try {
          construct(options)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })
})

describe('an option is taken', () => {
  it('by the types: a stream handler and its records, as declared', async () => {
    const handler: LambdaHandler<StreamEvent, BatchResponse> = async () => ({ batchItemFailures: [] })
    const records: readonly StreamRecord[] = []
    const declared: { run: () => Promise<void> } = eventSourceMapping({ handler, records, batchSize: 10 })
    await expect(declared.run()).resolves.toBeUndefined()
    // @ts-expect-error one source, not two
    expect(() => eventSourceMapping({ handler, records, stream: polling.stream })).toThrow(ConfigError)
    // @ts-expect-error a starting position of records in memory
    expect(() => eventSourceMapping({ handler, records, startingPosition: 'LATEST' })).toThrow(ConfigError)
    // @ts-expect-error a misspelt option
    expect(() => eventSourceMapping({ handler, records, maximumRetries: 3 })).toThrow(ConfigError)
  })

  it.each([
    memory,
    { ...memory, batchSize: undefined, drain: undefined, stream: undefined, signal: undefined },
    { ...memory, maximumRecordAgeInSeconds: -1, maximumRetryAttempts: -1, maximumBatchingWindowInSeconds: 0 },
    {
      ...memory,
      maximumRecordAgeInSeconds: 604_800,
      maximumRetryAttempts: 10_000,
      maximumBatchingWindowInSeconds: 300,
    },
    { ...memory, batchSize: 10_000, parallelizationFactor: 10, timeoutMs: 900_000, retryDelayMs: 0 },
    { ...memory, tumblingWindowInSeconds: 900, undocumented: {}, filterCriteria: {} },
    { ...memory, tumblingWindowInSeconds: 0, undocumented: { answers: undefined, partialState: 'dropped' } },
    { ...polling, startingPosition: 'LATEST', drain: true, pollingIntervalMs: 1 },
    {
      ...polling,
      stream: {
        ...polling.stream,
        streamArn: 'arn:aws:dynamodb:dynoxide:000000000000:table/ttt/stream/1795519869.833738803',
      },
    },
  ])('%o', (options) => {
    expect(() => construct(options)).not.toThrow()
  })
})
