import { createReconcileHandler, createStreamSyncHandler, TargetRejectedError, type Logger } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { isSyncError, TargetUnavailableError } from '../../../src/errors.ts'
import { jsonLogger, type JsonLoggerOptions } from '../../../src/logging/json.ts'
import { insert, letterOf, scriptedTarget, tableOf } from '../../support/sync-kit.ts'

/** A logger that keeps its lines. */
function kept(options: JsonLoggerOptions = {}): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = []
  const logger = jsonLogger({ write: (line) => void lines.push(line), now: () => 1_700_000_000_000, ...options })
  return { lines, logger }
}

/** What one line tells of some fields. */
function told(fields: unknown, options: JsonLoggerOptions = {}): Readonly<Record<string, unknown>> {
  const { lines, logger } = kept(options)
  logger.info('m', fields as Record<string, unknown>)
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('\n')
  return JSON.parse(lines[0]!) as Record<string, unknown>
}

/** What becomes of one value. */
const toldOf = (value: unknown) => told({ value })['value']

describe('a line', () => {
  test('has a time, a level, a message, and its fields', () => {
    const { lines, logger } = kept({ fields: { service: 'stock', target: 'none' } })
    logger.warn('A delivery failed.', { target: 'west', attempts: 3 })
    expect(lines).toEqual([
      '{"timestamp":"2023-11-14T22:13:20.000Z","level":"WARN","message":"A delivery failed.","service":"stock","target":"west","attempts":3}',
    ])
  })

  test('is written from its level on', () => {
    const { lines, logger } = kept({ level: 'warn' })
    logger.info('one', {})
    logger.warn('two', {})
    logger.error('three', {})
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['WARN', 'ERROR'])
  })

  test('goes to standard output past console, which Lambda wraps', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const log = vi.spyOn(console, 'log')
    try {
      jsonLogger().info('m', {})
      expect(write).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^\{"timestamp":.*\}\n$/))
      expect(log).not.toHaveBeenCalled()
    } finally {
      write.mockRestore()
      log.mockRestore()
    }
  })

  test('keeps its time, level and message, whatever the fields are named', () => {
    expect(told({ level: 'ERROR', message: 'forged', timestamp: 0, a: 1 })).toEqual({
      timestamp: '2023-11-14T22:13:20.000Z',
      level: 'INFO',
      message: 'm',
      a: 1,
    })
  })

  test('is one line, whatever the message', () => {
    const { lines, logger } = kept()
    logger.error('one\n{"level":"INFO"}\r\u2028', {})
    logger.error(Symbol('none') as never, undefined as never)
    expect(lines[0]).not.toMatch(/[\n\r]/)
    expect(JSON.parse(lines[1]!)).toMatchObject({ message: 'symbol' })
  })
})

describe('no content', () => {
  const image = { sku: { S: 'A1' }, note: { S: 'secret' } }
  const record = streamRecord({ newImage: { sku: 'A1', quantity: 5, note: 'secret' } })
  test.each<[string, unknown]>([
    ['a change', { key: 'A1', item: { note: 'secret' }, previous: { note: 'secret' }, record }],
    ['a record of a stream', record],
    ['a dead letter', letterOf(record)],
    ['an event', streamEvent([{ newImage: { sku: 'A1', quantity: 5, note: 'secret' } }])],
    ["a queue's message", { messageId: 'm1', body: '{"note":"secret"}' }],
    ['images', { NewImage: image, OldImage: image, image }],
    ['bytes', Buffer.from('secret')],
    ['a map', new Map([['note', 'secret']])],
    ['a foreign error', Object.assign(new Error('secret'), { code: 'E_ROW', detail: 'secret' })],
    ['its cause', new TargetUnavailableError('no answer', { cause: new Error('secret') })],
  ])('%s is told without', (_, value) => {
    const { lines, logger } = kept()
    logger.info('m', { value })
    logger.info('m', value as Record<string, unknown>)
    expect(lines.join()).not.toContain('secret')
    expect(lines).toHaveLength(2)
  })

  test.each([
    ['bytes', Buffer.from('secret')],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
  ])('%s may be all that an item holds', (_, value) => {
    expect(toldOf(value)).toBe('[left out]')
  })

  test('an error that stands for the fields is one of them', () => {
    expect(told(new TargetUnavailableError('"west" is down.'))).toMatchObject({
      message: 'm',
      error: { code: 'TARGET_UNAVAILABLE', message: '"west" is down.' },
    })
  })

  test('a number that has such a name is a number', () => {
    expect(told({ item: 3, body: true })).toMatchObject({ item: 3, body: true })
  })

  test("errors tell name and code, and the message where it is this library's own", () => {
    const cause = Object.assign(new RangeError('secret'), { code: 'ECONNRESET' })
    expect(toldOf(new TargetUnavailableError('"west" is down.', { cause }))).toEqual({
      name: 'TargetUnavailableError',
      code: 'TARGET_UNAVAILABLE',
      message: '"west" is down.',
      cause: { name: 'RangeError', code: 'ECONNRESET' },
    })
  })
})

describe('nothing breaks it', () => {
  const cycle: Record<string, unknown> = { a: 1 }
  cycle['self'] = cycle
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const thrower = () => {
    throw new Error('trap')
  }
  test.each<[string, unknown, unknown]>([
    ['a big integer', 12_345_678_901_234_567_890n, '12345678901234567890'],
    ['no number', Number.NaN, 'NaN'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), 'Invalid Date'],
    [
      'an accessor that throws',
      Object.defineProperty({ a: 1 }, 'b', { get: thrower, enumerable: true }),
      { a: 1, b: '[unreadable]' },
    ],
    ['a toJSON that throws', { a: 1, toJSON: thrower }, { a: 1 }],
    ['a revoked proxy', proxy, '[unreadable]'],
    ['functions and symbols', { a: thrower, b: Symbol('b'), c: 1 }, { c: 1 }],
    ['a list with holes', [1, undefined, thrower], [1, null, null]],
    [
      'an own member __proto__',
      JSON.parse('{"__proto__":{"polluted":true}}'),
      JSON.parse('{"__proto__":{"polluted":true}}'),
    ],
    ['half a surrogate pair', '\ud83d', '\ud83d'],
  ])('%s', (_, value, expected) => {
    expect(toldOf(value)).toEqual(expected)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('a cycle ends', () => {
    expect(JSON.stringify(toldOf(cycle))).toContain('"[deeper]"')
  })

  test('fields that cannot be listed', () => {
    expect(told(proxy)).toMatchObject({ message: 'm', fields: '[unreadable]' })
    expect(told(null)).toMatchObject({ message: 'm' })
  })

  test('a writer that throws', () => {
    expect(() => jsonLogger({ write: thrower }).error('m', {})).not.toThrow()
  })

  test('whatever is handed in, a line is JSON below 64 KB', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(fc.string(), anything, (message, fields) => {
        const { lines, logger } = kept()
        logger.info(message, fields as Record<string, unknown>)
        expect(lines).toHaveLength(1)
        expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'INFO' })
      }),
    )
  })

  test.each<[string, object]>([
    ['a long text', { text: '\u0000'.repeat(1_000_000) }],
    ['many texts', Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`t${n}`, '\u0000'.repeat(1_000)]))],
    [
      'many long names',
      Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`${n}${'\u0000'.repeat(5_000)}`, n])),
    ],
    ['a long list', { list: Array.from({ length: 1_000_000 }, () => 1e300) }],
    ['many lists', { list: Array.from({ length: 100_000 }, () => [[]]) }],
  ])('%s stays below 64 KB', (_, fields) => {
    const { lines, logger } = kept()
    logger.info('x'.repeat(100_000), fields as Record<string, unknown>)
    expect(Buffer.byteLength(lines[0]!)).toBeLessThan(64_000)
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'INFO' })
  })
})

test.each<[string, unknown, RegExp]>([
  ['null', null, /jsonLogger/],
  ['a level that is none', { level: 'debug' }, /level: "debug".*'info', 'warn' or 'error'/],
  ['a level from the prototype', { level: 'toString' }, /level/],
  ['fields that are none', { fields: ['a'] }, /fields/],
  ['no function', { write: 'stdout' }, /write: "stdout" is no function/],
  ['no clock', { now: 5 }, /now: 5 is no function/],
])('options that are none are refused: %s', (_, options, message) => {
  try {
    jsonLogger(options as JsonLoggerOptions)
    expect.unreachable()
  } catch (error) {
    expect(isSyncError(error, 'CONFIG_INVALID')).toBe(true)
    expect((error as Error).message).toMatch(message)
  }
})

describe('what handlers log', () => {
  test('a line per failed delivery, and one for the invocation', async () => {
    const clock = manualClock()
    const { lines, logger } = kept()
    const east = scriptedTarget(async () => {
      await clock.sleep(40)
      throw new TargetRejectedError('"east" will not have it.')
    })
    const dlq = memoryDlq()
    const handler = createStreamSyncHandler({ targets: { west: memoryTarget(), east }, dlq, logger, clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1), { newImage: { sku: 'B2', quantity: 'secret' } }])))
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'ERROR', message: 'A record cannot be decoded.' },
      {
        ...{ level: 'WARN', message: 'A delivery failed.', target: 'east', key: 'A1', fate: 'parked' },
        ...{ id: east.calls[0]!.id, code: 'TARGET_REJECTED', reason: '"east" will not have it.', attempts: 1 },
      },
      {
        ...{ level: 'INFO', message: 'Synced.', records: 2, delivered: 1, parked: 1, unresolved: 0, poison: 1 },
        durationMs: 40,
      },
    ])
    expect(lines.join()).not.toContain('secret')
  })

  test('a line per reconcile', async () => {
    const { lines, logger } = kept()
    const [west, held] = [memoryTarget(), memoryTarget()]
    const sync = createStreamSyncHandler({ targets: { held } })
    await sync(streamEvent([insert('A1', 5, 1)]))
    const table = { ...tableOf([{ sku: 'A1', quantity: 5 }]), snapshot: held.snapshot }
    const options = { targets: { west }, table, logger, settleMs: 0 }
    const report = await createReconcileHandler(options)({})
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        ...{ timestamp: expect.any(String) as string, level: 'INFO', message: 'Reconciled.', runId: report.runId },
        ...{ verdict: 'drift', rows: 1, drift: 1, repaired: 0, failed: 0, durationMs: expect.any(Number) as number },
      },
    ])
  })
})
