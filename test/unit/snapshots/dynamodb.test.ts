import type { Snapshot, SnapshotEntry, SnapshotSummary } from 'dynamodb-stream-sync'
import {
  dynamoDbSnapshot,
  type DynamoDbSnapshotOptions,
  type ScanProgress,
} from 'dynamodb-stream-sync/snapshots/dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { describe, expect, test, vi } from 'vitest'
import { fakeDynamoDb, type Sent, serviceFault } from '../../support/fake-dynamodb.ts'
import { runningClock } from '../../support/running-clock.ts'
import { allOf } from '../../support/stock-changes.ts'

type Options = Partial<DynamoDbSnapshotOptions>

/** A table whose every segment has `rows` rows, one to a page unless the request says how many. */
function tableOf(rows: number, costOfRow = 0, pageRows = 1) {
  return ({ input }: Sent) => {
    const segment = (input['Segment'] as number | undefined) ?? 0
    const start = (input['ExclusiveStartKey'] as { at: { N: string } } | undefined)?.at.N
    const first = start === undefined ? 0 : Number(start) + 1
    const last = Math.min(rows, first + Math.min((input['Limit'] as number | undefined) ?? pageRows, 1_000)) - 1
    const found = Array.from({ length: last - first + 1 }, (_, index) => ({
      sku: { S: `${segment}-${first + index}` },
    }))
    return {
      Items: found,
      ScannedCount: found.length,
      ...(last < rows - 1 && { LastEvaluatedKey: { at: { N: String(last) } } }),
      ...(input['ReturnConsumedCapacity'] === 'TOTAL' && {
        ConsumedCapacity: { CapacityUnits: found.length * costOfRow },
      }),
    }
  }
}

function snapshotOf(answer: Parameters<typeof fakeDynamoDb>[0], options: object = {}) {
  const client = fakeDynamoDb(answer)
  const clock = runningClock()
  return {
    client,
    clock,
    snapshot: dynamoDbSnapshot({ tableName: 'stock', client, clock, ...options } as Options as DynamoDbSnapshotOptions),
  }
}

const skus = (entries: readonly SnapshotEntry[]) => entries.map(({ item }) => item['sku'])
const expected = (segments: readonly number[], rows: number) =>
  segments.flatMap((segment) => Array.from({ length: rows }, (_, row) => `${segment}-${row}`)).sort()

/** Takes so many pages and lets the snapshot go. */
async function take(snapshot: Snapshot, pages: number) {
  const iterator = snapshot.pages({ signal: new AbortController().signal })
  const entries: SnapshotEntry[] = []
  for (let taken = 0; taken < pages; taken++) {
    const page = await iterator.next()
    if (page.done) break
    entries.push(...page.value)
  }
  await iterator.return?.()
  return entries
}

describe('segments', () => {
  test('four are read side by side, and their rows are all', async () => {
    const { client, snapshot } = snapshotOf(tableOf(3))
    const { entries, summary } = await allOf(snapshot)
    expect(snapshot.order).toBe('none')
    expect(skus(entries).sort()).toEqual(expected([0, 1, 2, 3], 3))
    expect(summary).toMatchObject({ complete: true, rows: 12 })
    expect(client.sent.slice(0, 4).map(({ input }) => [input['Segment'], input['TotalSegments']])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 4],
    ])
    expect(client.sent.every(({ input }) => input['ConsistentRead'] === true)).toBe(true)
    expect(client.sent[0]!.input).not.toHaveProperty('Limit')
  })

  test('one segment is a plain scan', async () => {
    const { client, snapshot } = snapshotOf(tableOf(2), { segments: 1 })
    await allOf(snapshot)
    expect(client.sent.map(({ input }) => 'TotalSegments' in input)).toEqual([false, false])
  })

  test('a partition is as many segments of its own', async () => {
    const { client, snapshot } = snapshotOf(tableOf(1), { segments: 2 })
    const { entries, summary } = await allOf(snapshot, { index: 1, count: 3 })
    expect(skus(entries).sort()).toEqual(['2-0', '3-0'])
    expect(summary).toMatchObject({ complete: true, rows: 2 })
    expect(client.sent.every(({ input }) => input['TotalSegments'] === 6)).toBe(true)
  })

  test('each segment is no more than a page ahead of what is taken', async () => {
    const { client, snapshot } = snapshotOf(tableOf(100))
    const pages = snapshot.pages({ signal: new AbortController().signal })
    await pages.next()
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(client.sent.length).toBeLessThanOrEqual(5)
    await pages.return?.()
  })

  test('who lets it go calls off what is on its way', async () => {
    const { client, snapshot } = snapshotOf(({ signal }, count) =>
      count <= 4 ? tableOf(100)({ operation: 'Scan', input: {}, signal }) : new Promise(() => undefined),
    )
    const pages = snapshot.pages({ signal: new AbortController().signal })
    await pages.next()
    void pages.next()
    await pages.return?.()
    expect(client.sent.every(({ signal }) => signal?.aborted)).toBe(true)
  })

  test('a failing segment ends all of them', async () => {
    const { client, snapshot } = snapshotOf((sent) =>
      sent.input['Segment'] === 2 ? serviceFault('InternalServerError') : tableOf(1_000)(sent),
    )
    await expect(allOf(snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    const asked = client.sent.length
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(client.sent).toHaveLength(asked)
  })

  test('an abort ends it as not complete', async () => {
    const controller = new AbortController()
    const { snapshot } = snapshotOf((sent, count) => {
      if (count === 6) controller.abort()
      return tableOf(10)(sent)
    })
    const pages = snapshot.pages({ signal: controller.signal })
    let page = await pages.next()
    for (; !page.done; page = await pages.next());
    expect(page.value).toMatchObject({ complete: false })
  })
})

describe('what is asked for', () => {
  test('a projection names the key first, each attribute once, and none in the expression itself', async () => {
    const { client, snapshot } = snapshotOf(tableOf(1), {
      segments: 1,
      key: ['sku', 'location'],
      projection: ['size', 'a.b', 'sku'],
    })
    await allOf(snapshot)
    expect(client.sent[0]!.input).toMatchObject({
      ProjectionExpression: '#a0, #a1, #a2, #a3',
      ExpressionAttributeNames: { '#a0': 'sku', '#a1': 'location', '#a2': 'size', '#a3': 'a.b' },
    })
  })

  test.for<readonly [options: object, consistent: boolean]>([
    [{ consistentRead: false }, false],
    [{ indexName: 'by-size' }, false],
    [{ indexName: 'by-size', consistentRead: true }, true],
  ])('%o is read consistently: %s', async ([options, consistent]) => {
    const { client, snapshot } = snapshotOf(tableOf(1), { segments: 1, ...options })
    await allOf(snapshot)
    expect(client.sent[0]!.input).toMatchObject({ ConsistentRead: consistent, TableName: 'stock' })
    expect(client.sent[0]!.input['IndexName']).toBe('indexName' in options ? 'by-size' : undefined)
  })
})

describe('a limit of read capacity', () => {
  const seconds = (clock: ReturnType<typeof runningClock>) => clock.monotonic() / 1_000

  test.for<readonly [unitsPerSecond: number, segments: number, costOfRow: number]>([
    [50, 1, 0.5],
    [50, 4, 0.5],
    [10, 4, 7],
    [1, 2, 3],
    [1_000, 8, 0.02],
  ])('%d units a second hold for %d segments with rows of %d units', async ([unitsPerSecond, segments, costOfRow]) => {
    const rows = Math.ceil((unitsPerSecond * 20) / segments / costOfRow)
    const spent: (readonly [at: number, units: number])[] = []
    const table = tableOf(rows, costOfRow, 10_000)
    const made = snapshotOf(
      (sent) => {
        const answer = table(sent)
        spent.push([seconds(made.clock), answer.Items.length * costOfRow])
        return answer
      },
      { segments, readCapacityPerSecond: unitsPerSecond },
    )
    const { entries } = await allOf(made.snapshot)

    expect(entries).toHaveLength(rows * segments)
    const total = spent.reduce((sum, [, units]) => sum + units, 0)
    expect(seconds(made.clock)).toBeGreaterThan(total / unitsPerSecond - 2 - segments * (costOfRow / unitsPerSecond))
    expect(seconds(made.clock)).toBeLessThan(total / unitsPerSecond + 5)
    const most = 2 * unitsPerSecond + (segments + 1) * costOfRow + unitsPerSecond / segments
    for (const [start] of spent) {
      const window = spent.filter(([at]) => at >= start && at < start + 1)
      expect(window.reduce((sum, [, units]) => sum + units, 0)).toBeLessThanOrEqual(most)
    }
  })

  test('it holds for dynamoDbTable too', async () => {
    const client = fakeDynamoDb(tableOf(100, 1))
    const clock = runningClock()
    const table = dynamoDbTable({ tableName: 'stock', client, clock, segments: 2, readCapacityPerSecond: 10 })
    const { entries } = await allOf(table.snapshot())
    expect(entries).toHaveLength(200)
    expect(seconds(clock)).toBeGreaterThan(18)
    expect(client.sent.every(({ input }) => input['ReturnConsumedCapacity'] === 'TOTAL')).toBe(true)
  })

  test('each opening has the limit for itself', async () => {
    const { clock, snapshot } = snapshotOf(tableOf(10, 1), { segments: 1, readCapacityPerSecond: 10 })
    await Promise.all([allOf(snapshot), allOf(snapshot), allOf(snapshot)])
    expect(seconds(clock)).toBeLessThan(3)
  })

  test('a server that tells no cost is read as if each row cost a unit', async () => {
    const { clock, snapshot } = snapshotOf((sent) => ({ ...tableOf(50)(sent), ConsumedCapacity: undefined }), {
      segments: 1,
      readCapacityPerSecond: 10,
    })
    await allOf(snapshot)
    expect(seconds(clock)).toBeGreaterThan(3.9)
  })

  test('what was throttled costs nothing', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0) // so that pauses take no time
    const table = tableOf(5, 1)
    const { clock, snapshot } = snapshotOf(
      (sent, count) => (count <= 30 ? serviceFault('ThrottlingException') : table(sent)),
      { segments: 1, readCapacityPerSecond: 1 },
    )
    await allOf(snapshot).finally(() => random.mockRestore())
    expect(seconds(clock)).toBeLessThan(6)
  })

  test('an abort ends the wait for capacity', async () => {
    const controller = new AbortController()
    const { clock, snapshot } = snapshotOf(tableOf(1_000, 100), { segments: 1, readCapacityPerSecond: 1 })
    const pages = snapshot.pages({ signal: controller.signal })
    await pages.next()
    const coming = pages.next()
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    let page = await coming
    while (!page.done) page = await pages.next()
    expect(page.value).toMatchObject({ complete: false })
    expect(seconds(clock)).toBeLessThan(150)
  })
})

describe('progress', () => {
  /** Reads with a progress of each page, and stops after so many. */
  async function partly(pages: number, options: object = {}) {
    const told: (ScanProgress & { readonly text: string })[] = []
    const onProgress = (progress: ScanProgress) => void told.push({ ...progress, text: progress.resumeFrom() })
    const entries = await take(snapshotOf(tableOf(5), { ...options, onProgress }).snapshot, pages)
    return { told, entries }
  }

  test('is told once a page was taken, and not before', async () => {
    const { told, entries } = await partly(3)
    expect(entries).toHaveLength(3)
    expect(told.map(({ rows, units }) => [rows, units])).toEqual([
      [1, 0],
      [2, 0],
    ])
  })

  test.for([1, 2, 7, 19])('after %d pages the rest is read from there, and is not complete', async (pages) => {
    const { told } = await partly(pages + 1)
    const { snapshot } = snapshotOf(tableOf(5), { resumeFrom: told.at(-1)!.text })
    const { entries, summary } = await allOf(snapshot)
    const before = (await partly(pages)).entries
    expect([...skus(before), ...skus(entries)].sort()).toEqual(expected([0, 1, 2, 3], 5))
    expect(summary).toMatchObject({ complete: false, rows: 20 - pages })
  })

  test('when all was read, nothing is left, and nothing is complete', async () => {
    const { told } = await partly(100)
    const { client, snapshot } = snapshotOf(tableOf(5), { resumeFrom: told.at(-1)!.text })
    expect((await allOf(snapshot)).summary).toMatchObject({ complete: false, rows: 0 })
    expect(client.sent).toEqual([])
  })

  test('keys of text, number and bytes come back as they were', async () => {
    const key = { sku: { S: 'ä"\u{1f600}' }, at: { N: '-1.5E10' }, code: { B: new Uint8Array([0, 255]) } }
    const texts: string[] = []
    const answer = (_: Sent, count: number) => ({
      Items: [{ sku: { S: 'A' } }],
      ...(count === 1 && { LastEvaluatedKey: key }),
    })
    const onProgress = ({ resumeFrom }: ScanProgress) => void texts.push(resumeFrom())
    await allOf(snapshotOf(answer, { segments: 1, onProgress }).snapshot)
    const { client, snapshot } = snapshotOf(() => ({ Items: [] }), { resumeFrom: texts[0] })
    await allOf(snapshot)
    expect(client.sent[0]!.input['ExclusiveStartKey']).toEqual(key)
  })

  test('goes on in the same partition only', async () => {
    const texts: string[] = []
    const onProgress = ({ resumeFrom }: ScanProgress) => void texts.push(resumeFrom())
    const partition = { index: 1, count: 2 }
    await allOf(snapshotOf(tableOf(2), { onProgress, segments: 2 }).snapshot, partition)
    const resumed = snapshotOf(tableOf(2), { resumeFrom: texts[0] }).snapshot
    expect((await allOf(resumed, partition)).entries).toHaveLength(3)
    for (const other of [undefined, { index: 0, count: 2 }, { index: 1, count: 3 }])
      await expect(allOf(resumed, other)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
  })

  test('a promise is waited for, and what it throws the snapshot throws', async () => {
    const { snapshot } = snapshotOf(tableOf(5), { onProgress: () => Promise.reject(new Error('disk full')) })
    await expect(allOf(snapshot)).rejects.toThrow('disk full')
  })

  test('counts the units that were told', async () => {
    const told: number[] = []
    const onProgress = ({ units }: ScanProgress) => void told.push(units)
    await allOf(snapshotOf(tableOf(4, 0.5), { segments: 1, readCapacityPerSecond: 100, onProgress }).snapshot)
    expect(told.at(-1)).toBe(2)
  })
})

describe('options that cannot work', () => {
  const make = (options: object) => (): unknown => dynamoDbSnapshot({ tableName: 'stock', ...options })
  const position = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  test.for<readonly [options: object, field: string]>([
    [{ tableName: '' }, 'tableName'],
    [{ segments: 0 }, 'segments'],
    [{ segments: 65 }, 'segments'],
    [{ segments: 1.5 }, 'segments'],
    [{ segments: '4' }, 'segments'],
    [{ readCapacityPerSecond: 0 }, 'readCapacityPerSecond'],
    [{ readCapacityPerSecond: Number.NaN }, 'readCapacityPerSecond'],
    [{ readCapacityPerSecond: Infinity }, 'readCapacityPerSecond'],
    [{ consistentRead: 'yes' }, 'consistentRead'],
    [{ indexName: 'a b c' }, 'indexName'],
    [{ indexName: 7 }, 'indexName'],
    [{ projection: ['a'] }, 'key'],
    [{ projection: ['a'], key: [] }, 'key'],
    [{ projection: ['a'], key: ['a', 'b', 'c'] }, 'key'],
    [{ key: 'sku' }, 'key'],
    [{ projection: 'a', key: 'sku' }, 'projection'],
    [{ projection: [''], key: 'sku' }, 'projection'],
    [{ projection: ['__proto__'], key: 'sku' }, 'projection'],
    [{ onProgress: {} }, 'onProgress'],
    [{ clock: {} }, 'clock'],
    [{ client: {} }, 'client'],
    [{ rate: 5 }, 'rate'],
    [{ resumeFrom: 7 }, 'resumeFrom'],
    [{ resumeFrom: '' }, 'resumeFrom'],
    [{ resumeFrom: 'x'.repeat(3_000_000) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'other', 4, 0, ['start']]) }, 'resumeFrom'],
    [{ resumeFrom: position([2, 'stock', 4, 0, ['start']]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, []]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 4, ['start']]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, -1, ['start']]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 2_000_000, 0, ['start']]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, [{}]]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, [{ a: { S: 1 } }]]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, [{ a: { S: 'x', N: '1' } }]]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, ['end', 7]]) }, 'resumeFrom'],
    [{ resumeFrom: position([1, 'stock', 4, 0, ['start']]), segments: 2 }, 'segments'],
    [{ resumeFrom: position([1, 'stock', 4, 0, ['start']]), indexName: 'by-size' }, 'resumeFrom'],
  ])('%o is refused, naming %s', ([options, field]) => {
    expect(make(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field }))
  })

  test('dynamoDbTable refuses them too', () => {
    for (const options of [{ segments: 0 }, { readCapacityPerSecond: -1 }])
      expect(() => dynamoDbTable({ tableName: 'stock', ...options })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', field: Object.keys(options)[0] }),
      )
  })

  test('a summary says its rows', async () => {
    const { summary }: { readonly summary: SnapshotSummary } = await allOf(snapshotOf(tableOf(5)).snapshot)
    expect(summary.rows).toBe(20)
  })
})
