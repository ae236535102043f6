import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { dynamoDbExportSnapshot } from 'dynamodb-stream-sync/snapshots/dynamodb-export'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ExportedFiles,
  fullExport,
  gzipped,
  incrementalExport,
  setDataFile,
  setManifest,
  writeExport,
} from '../../support/dynamodb-export.ts'
import { fakeDynamoDb, serviceFault } from '../../support/fake-dynamodb.ts'
import { fakeS3, type S3Fault, type SentToS3 } from '../../support/fake-s3.ts'
import { pacedClock } from '../../support/paced-clock.ts'
import { allOf } from '../../support/stock-changes.ts'

const tableName = 'inventory'
const home = 'AWSDynamoDB/01768385930622-efd1a093/'
const items = ['A', 'B', 'C', 'D', 'E'].map((sku, quantity) => ({ sku, quantity }))
const lines = (...texts: readonly string[]) => gzipped(texts.map((text) => `${text}\n`).join(''))
const line = (sku: string) => `{"Item":{"sku":{"S":"${sku}"}}}`

interface Given {
  readonly fault?: (sent: SentToS3, count: number) => S3Fault
  readonly options?: object
  /** Which waits are over soon. Default: all but time-outs. */
  readonly passes?: (ms: number) => boolean
}

function snapshotOf(
  files: ExportedFiles,
  { fault, options = {}, passes = (ms) => ms !== 30_000 && ms !== 20_000 }: Given = {},
) {
  const client = fakeS3(files, fault)
  const clock = pacedClock(passes)
  return {
    client,
    clock,
    snapshot: dynamoDbExportSnapshot({ tableName, bucket: 'exports', client, clock, ...options }),
  }
}

const read = (files: ExportedFiles, given?: Given) => allOf(snapshotOf(files, given).snapshot)

/** How reading ends. */
async function failureOf(
  files: ExportedFiles,
  given?: Given,
): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await read(files, given)
  } catch (error) {
    return error as { readonly code: string; readonly message: string }
  }
  throw new Error('It was read to its end.')
}

function changed(change: (files: ExportedFiles) => void, files = fullExport(items, { files: 1 })): ExportedFiles {
  change(files)
  return files
}

describe('what an export is', () => {
  test('rows of a file that has no line break at its end, of several gzip members, and of an empty file', async () => {
    const content = Buffer.concat([gzipSync(`${line('A')}\n`), gzipSync(line('B'))])
    const files = changed(
      (given) => {
        setDataFile(given, 0, content, 2)
        setDataFile(given, 1, Buffer.alloc(0), 0)
        setDataFile(given, 2, gzipped(''), 0)
      },
      fullExport(items.slice(0, 2), { files: 3 }),
    )
    const { entries, summary } = await read(files)
    expect(entries).toEqual([{ item: { sku: 'A' } }, { item: { sku: 'B' } }])
    expect(summary).toMatchObject({ complete: true, rows: 2 })
  })

  test('a summary of two data files only counts both', async () => {
    expect((await read(fullExport(items, { files: 3 }))).entries).toHaveLength(5)
  })

  test('its table may be named by ARN', async () => {
    const arn = 'arn:aws:dynamodb:eu-north-1:123456789012:table/inventory'
    expect((await read(fullExport(items), { options: { tableName: arn } })).entries).toHaveLength(5)
  })

  test('checksums may be called as the documentation has them', async () => {
    const files = changed((given) => {
      for (const name of ['manifest-summary', 'manifest-files']) {
        given.set(`${home}${name}.checksum`, Buffer.concat([given.get(`${home}${name}.md5`)!, Buffer.from('\n')]))
        given.delete(`${home}${name}.md5`)
      }
    })
    expect((await read(files)).entries).toHaveLength(5)
  })

  test('one that was copied elsewhere is read where it is', async () => {
    const files = fullExport(items, { prefix: 'before' })
    const copied = new Map([...files].map(([key, content]) => [key.replace('before/', 'after/more/'), content]))
    expect((await read(copied, { options: { prefix: 'after/more' } })).entries).toHaveLength(5)
  })

  test('an item that an increment holds twice counts as it was written last', async () => {
    const of = (quantity: number, writtenAt: number) => ({
      keys: { sku: 'A' },
      newImage: { sku: 'A', quantity },
      writtenAt,
    })
    const gone = { keys: { sku: 'B' }, writtenAt: 9 }
    const back = { keys: { sku: 'B' }, newImage: { sku: 'B' }, writtenAt: 8 }
    const files = incrementalExport([of(1, 5), gone, of(3, 7), back, of(2, 6)], { files: 1 })
    const { entries, summary } = await read(files)
    expect(entries).toEqual([{ item: { sku: 'A', quantity: 3 } }, { item: { sku: 'B' }, removed: true }])
    expect(summary).toMatchObject({ complete: false, rows: 2 })
  })

  test('an increment of more changes than are held at once has them all', async () => {
    const changes = Array.from({ length: 12_000 }, (_, index) => ({
      keys: { sku: `A${index}` },
      newImage: { sku: `A${index}` },
    }))
    const { entries, pages } = await read(incrementalExport(changes, { files: 1 }))
    expect(new Set(entries.map(({ item }) => item['sku'])).size).toBe(12_000)
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(8_000)
  })

  test('the newest of many is found, however many lists there are', async () => {
    const files: ExportedFiles = new Map()
    for (let index = 0; index < 25; index++)
      files.set(`AWSDynamoDB/017000000000${10 + index}-aaaaaaaa/_started`, Buffer.alloc(0))
    for (const [key, content] of fullExport(items, { id: '01700000000028-aaaaaaaa' })) files.set(key, content)
    expect((await read(files)).entries).toHaveLength(5)
  })
})

describe('what is refused', () => {
  const summaryName = `${home}manifest-summary`
  const filesName = `${home}manifest-files`
  const of = (summary: object) => fullExport(items, { files: 1, summary })
  const withFiles = (text: string) => changed((files) => setManifest(files, filesName, text))
  const fileLine = (more: object) =>
    JSON.stringify({
      itemCount: 5,
      md5Checksum: '1B2M2Y8AsgTpgAmY7PhCfg==',
      dataFileS3Key: 'a/data/x.json.gz',
      ...more,
    })

  test.for<readonly [what: string, files: ExportedFiles, message: RegExp]>([
    ['Ion', of({ outputFormat: 'ION' }), /Amazon Ion.*DYNAMODB_JSON/],
    ['another format', of({ outputFormat: 'CSV' }), /outputFormat/],
    ['another type', of({ exportType: 'HALF' }), /exportType/],
    [
      'another table',
      of({ tableArn: 'arn:aws:dynamodb:eu-north-1:1:table/other' }),
      /table\/other, and inventory is wanted/,
    ],
    [
      'a table whose name only ends so',
      of({ tableArn: 'arn:aws:dynamodb:eu-north-1:1:table/my-inventory' }),
      /is wanted/,
    ],
    ['no table', of({ tableArn: 7 }), /tableArn/],
    ['no time', of({ exportTime: 'soon' }), /exportTime/],
    ['no count', of({ itemCount: '5' }), /itemCount/],
    ['a negative count', of({ itemCount: -5 }), /itemCount/],
    ['another count', of({ itemCount: 6 }), /counts 5 items, and the summary 6/],
    ['a billion rows', of({ itemCount: 1_000_000_000 }), /counts 5 items/],
    ['an increment without times', of({ exportType: 'INCREMENTAL_EXPORT' }), /exportFromTime/],
    ['a summary that is no JSON', changed((files) => setManifest(files, summaryName, '{"a":')), /no JSON object/],
    ['a summary that is a list', changed((files) => setManifest(files, summaryName, '[]')), /no JSON object/],
    ['a huge summary', changed((files) => setManifest(files, summaryName, ' '.repeat(1_100_000))), /longer than/],
    ['a files manifest that is no JSON', withFiles(`${fileLine({})}\n{"a":`), /line 2 is no JSON object/],
    ['a data file without count', withFiles(fileLine({ itemCount: null })), /line 1 has no itemCount/],
    ['a data file without checksum', withFiles(fileLine({ md5Checksum: 'x' })), /md5Checksum/],
    ['a data file without key', withFiles(fileLine({ dataFileS3Key: 7 })), /dataFileS3Key/],
    [
      'a key that leads elsewhere',
      withFiles(fileLine({ dataFileS3Key: 'data/../../../secret.json.gz' })),
      /dataFileS3Key/,
    ],
    ['a key of another folder', withFiles(fileLine({ dataFileS3Key: 'secrets/x.json.gz' })), /dataFileS3Key/],
    [
      'a data file that is named twice',
      withFiles(`${fileLine({})}\n${fileLine({})}`),
      /line 2 names a data file a second time/,
    ],
    ['no summary', changed((files) => files.delete(`${summaryName}.json`)), /no finished export/],
    ['no files manifest', changed((files) => files.delete(`${filesName}.json`)), /manifest-files.json is missing/],
    ['no checksum', changed((files) => files.delete(`${filesName}.md5`)), /manifest-files.md5 is missing/],
    [
      'a checksum that is none',
      changed((files) => files.set(`${filesName}.md5`, Buffer.from('abc'))),
      /no MD5 in base64/,
    ],
    [
      'a changed summary',
      changed((files) => files.set(`${summaryName}.json`, Buffer.from('{}'))),
      /summary.json is damaged/,
    ],
    [
      'a changed files manifest',
      changed((files) => files.set(`${filesName}.json`, Buffer.from(''))),
      /files.json is damaged/,
    ],
  ])('%s', async ([, files, message]) => {
    expect(await failureOf(files)).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  const data = (content: Buffer, count = 5) => changed((files) => setDataFile(files, 0, content, count))
  const five = lines(...['A', 'B', 'C', 'D', 'E'].map(line))
  const fifth = (text: string) => data(lines(...['A', 'B', 'C', 'D'].map(line), text))
  const many = Array.from({ length: 30_000 }, (_, index) => line(`sku-${index}`))
  const farDown = (content: Buffer) =>
    changed(
      (files) => setDataFile(files, 0, content),
      fullExport(
        Array.from(many, (_, sku) => ({ sku })),
        { files: 1 },
      ),
    )
  const broken = [...many.slice(0, 28_123), '{"Item":{"secret":{"S":"x', ...many.slice(28_124)]

  test.for<readonly [what: string, files: ExportedFiles, message: RegExp]>([
    ['a truncated gzip', data(five.subarray(0, five.length - 9)), /is cut off/],
    ['no gzip', data(Buffer.from(line('A'))), /cannot be unpacked/],
    [
      'something behind the gzip',
      data(Buffer.concat([five, Buffer.from('more')])),
      /behind the end|cannot be unpacked/,
    ],
    ['an empty file with a count', data(Buffer.alloc(0)), /holds 0 items, and the manifest counts 5/],
    ['fewer rows', data(lines(line('A'), line('B'))), /holds 2 items, and the manifest counts 5/],
    ['more rows', data(lines(...many)), /holds more items, and the manifest counts 5/],
    ['a line that is no JSON', fifth('{"Item":'), /\.json\.gz, line 5 is no JSON/],
    ['a line that is no JSON, far down', farDown(lines(...broken)), /line 28,124 is no JSON/],
    ['a blank line', fifth(''), /line 5 is no JSON/],
    ['a line that is no object', fifth('7'), /line 5 is no JSON object/],
    ['a line without item', fifth('{"Items":{}}'), /line 5 has no Item/],
    ['a line of an increment', fifth('{"Keys":{"sku":{"S":"A"}},"Metadata":{}}'), /line 5 has no Item/],
    ['an attribute of an unknown type', fifth('{"Item":{"sku":{"X":"secret"}}}'), /line 5 cannot be read/],
    ['a number that is none', fifth('{"Item":{"sku":{"N":"secret"}}}'), /line 5 cannot be read/],
    ['a nest too deep', fifth(`{"Item":{"a":${'{"L":['.repeat(40)}${']}'.repeat(40)}}}`), /line 5 cannot be read/],
    ['bytes that are no UTF-8', data(gzipSync(Buffer.from([0x7b, 0xff, 0x7d, 0x0a]))), /line 1 is no UTF-8/],
  ])('%s', async ([, files, message]) => {
    const failure = await failureOf(files)
    expect(failure).toMatchObject({ code: 'SNAPSHOT_INVALID', message: expect.stringMatching(message) as string })
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('secret')
  })

  test.for<readonly [what: string, change: string, message: RegExp]>([
    ['no keys', '{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"NewImage":{}}', /has no Keys/],
    ['no time', '{"Metadata":{},"Keys":{"sku":{"S":"A"}}}', /WriteTimestampMicros/],
    [
      'a time that is none',
      '{"Metadata":{"WriteTimestampMicros":{"N":"1e9"}},"Keys":{"sku":{"S":"A"}}}',
      /WriteTimestampMicros/,
    ],
    [
      'an image that is none',
      '{"Metadata":{"WriteTimestampMicros":"1"},"Keys":{"sku":{"S":"A"}},"NewImage":7}',
      /NewImage/,
    ],
  ])('a change with %s', async ([, change, message]) => {
    const files = changed(
      (given) => setDataFile(given, 0, lines(change)),
      incrementalExport([{ keys: { sku: 'A' } }], { files: 1 }),
    )
    expect(await failureOf(files)).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  test('a damaged data file ends the snapshot, also where its rows could be read', async () => {
    const files = fullExport(items, { files: 1 })
    const key = [...files.keys()].find((name) => name.endsWith('.json.gz'))!
    const content = Buffer.from(files.get(key)!)
    content[9] = 3
    files.set(key, content)
    expect(await failureOf(files)).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringContaining('its MD5 is not that of the manifest') as string,
    })
  })

  test('a line that is longer than allowed, in one piece or without an end', async () => {
    const long = `{"Item":{"sku":{"S":"${'ä'.repeat(600)}"}}}`
    const options = { maxLineBytes: 1_000 }
    for (const content of [lines(long), gzipped(long), gzipped('x'.repeat(1_000_000))])
      expect(await failureOf(oneLine(content), { options })).toMatchObject({
        code: 'SNAPSHOT_INVALID',
        message: expect.stringMatching(/line 1 is longer than 1000 bytes/) as string,
      })
  })

  test('of more rows than the manifest counts, none is given on and on', async () => {
    const pages = snapshotOf(data(lines(...many))).snapshot.pages({ signal: new AbortController().signal })
    await expect(pages.next()).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
  })

  test('a line without an end is given up before it is all there', async () => {
    const options = { maxLineBytes: 1_000, maxFileBytes: 500_000 }
    expect(await failureOf(oneLine(gzipped('x'.repeat(1_000_000))), { options })).toMatchObject({
      message: expect.stringMatching(/line 1 is longer than 1000 bytes/) as string,
    })
  })

  test('a file that unpacks to more than allowed', async () => {
    const files = fullExport(Array.from({ length: 5_000 }, (_, index) => ({ sku: `A${index}` })))
    expect(await failureOf(files, { options: { maxFileBytes: 10_000 } })).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/unpacks to more than 10000 bytes/) as string,
    })
  })

  function oneLine(content: Buffer): ExportedFiles {
    return changed((files) => setDataFile(files, 0, content, 1), fullExport([{ sku: 'A' }], { files: 1 }))
  }
})

describe('a server that fails', () => {
  const many = Array.from({ length: 400 }, (_, index) => ({ sku: `sku-${index}-${Math.sin(index)}` }))
  const isData = ({ key }: SentToS3) => key.endsWith('.json.gz')

  test('a download that breaks off is taken up where it stood, of the same object', async () => {
    const fault = (sent: SentToS3) => (isData(sent) ? { breaksAfter: 640 } : undefined)
    const { client, snapshot } = snapshotOf(fullExport(many, { files: 1 }), { fault })
    const { entries, summary } = await allOf(snapshot)
    expect(entries).toHaveLength(400)
    expect(summary).toMatchObject({ complete: true })
    const ranges = client.sent.filter(isData).map(({ input }) => input['Range'])
    expect(ranges.slice(0, 3)).toEqual([undefined, 'bytes=640-', 'bytes=1280-'])
    expect(
      client.sent
        .filter(isData)
        .slice(1)
        .every(({ input }) => input['IfMatch'] !== undefined),
    ).toBe(true)
  })

  test('one that breaks off again and again without a byte is unavailable', async () => {
    const fault = (sent: SentToS3) => (isData(sent) ? { breaksAfter: 0 } : undefined)
    const { client, snapshot } = snapshotOf(fullExport(many, { files: 1 }), { fault })
    await expect(allOf(snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(client.sent.filter(isData)).toHaveLength(4)
  })

  test('an object that is replaced meanwhile makes it end', async () => {
    const files = fullExport(many, { files: 1 })
    const fault = (sent: SentToS3) => {
      if (sent.input['Range'] !== undefined) files.set(sent.key, Buffer.from('another'))
      return isData(sent) ? { breaksAfter: 640 } : undefined
    }
    expect(await failureOf(files, { fault })).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringContaining('was replaced') as string,
    })
  })

  test('one that falls silent is asked anew after its time-out, and given up in the end', async () => {
    let isSilent = false
    const fault = (sent: SentToS3) => {
      isSilent ||= isData(sent)
      return isData(sent) ? { silentAfter: 0 } : undefined
    }
    const passes = (ms: number) => ms !== 7_000 || isSilent
    const { client, clock, snapshot } = snapshotOf(fullExport(many, { files: 1 }), {
      ...{ fault, passes },
      options: { timeoutMs: 7_000 },
    })
    await expect(allOf(snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(client.sent.filter(isData)).toHaveLength(4)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(28_000)
    expect(clock.monotonic()).toBeLessThan(50_000)
  })

  test.for<readonly [name: string, code: string, message: RegExp]>([
    ['NoSuchBucket', 'TARGET_UNAVAILABLE', /Check bucket/],
    ['AccessDenied', 'TARGET_UNAVAILABLE', /s3:GetObject/],
    ['SlowDown', 'TARGET_UNAVAILABLE', /It may pass/],
    ['InvalidObjectState', 'SNAPSHOT_INVALID', /archived/],
    ['a secret: signed', 'TARGET_UNAVAILABLE', /It may pass/],
  ])('%s is told with a remedy', async ([name, code, message]) => {
    for (const operation of ['GetObject', 'ListObjectsV2']) {
      const fault = (sent: SentToS3) => (sent.operation === operation ? serviceFault(name) : undefined)
      const failure = await failureOf(fullExport(items), { fault })
      expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string })
      expect(failure.message).not.toMatch(/secret|in the words of the service/)
    }
  })

  test.for(['ListObjectsV2', 'manifest-summary.json', 'manifest-files.md5', '.json.gz'])(
    'an abort at %s ends it as not complete, at once',
    async (at) => {
      const controller = new AbortController()
      const fault = (sent: SentToS3): S3Fault => {
        if (!sent.operation.endsWith(at) && !sent.key.endsWith(at)) return undefined
        controller.abort()
        return { silentAfter: 64 }
      }
      const { client, clock, snapshot } = snapshotOf(fullExport(many, { files: 6 }), { fault })
      const pages = snapshot.pages({ signal: controller.signal })
      let page = await pages.next()
      while (!page.done) page = await pages.next()
      expect(page.value).toMatchObject({ complete: false })
      expect(clock.monotonic()).toBe(0)
      expect(client.sent.length).toBeLessThan(12)
    },
  )

  test('a client that does not look at its signal does not hold an abort up', async () => {
    const controller = new AbortController()
    const client = { send: () => new Promise(() => undefined) }
    const pages = dynamoDbExportSnapshot({ tableName, bucket: 'exports', client }).pages({ signal: controller.signal })
    const coming = pages.next()
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    expect(await coming).toMatchObject({ done: true, value: { complete: false } })
  })

  test.for<readonly [what: string, answer: unknown]>([
    ['nothing', undefined],
    ['no body', { ContentLength: 5 }],
    ['no length', { Body: (async function* () {})() }],
    ['a body that is text', { Body: 'x', ContentLength: 1 }],
  ])('%s as an answer is unavailable', async ([, answer]) => {
    const client = { send: async () => answer }
    const manifest = `${home}manifest-summary.json`
    const snapshot = dynamoDbExportSnapshot({ tableName, bucket: 'exports', manifest, client })
    await expect(allOf(snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  })

  test('no more than two data files are read at a time', async () => {
    let open = 0
    let most = 0
    const files = fullExport(many, { files: 9 })
    const client = fakeS3(files)
    const counting = {
      send: async (command: never, options: never) => {
        const answer = (await client.send(command, options)) as { readonly Body: AsyncIterable<Buffer> }
        const isOne = (command as { readonly input: { readonly Key?: string } }).input.Key?.endsWith('.json.gz')
        if (!isOne) return answer
        most = Math.max(most, (open += 1))
        const body = (async function* () {
          try {
            yield* answer.Body
          } finally {
            open -= 1
          }
        })()
        return { ...answer, Body: body }
      },
    }
    await allOf(dynamoDbExportSnapshot({ tableName, bucket: 'exports', client: counting }))
    expect([most, open]).toEqual([2, 0])
  })
})

describe('an export that is started', () => {
  const exportArn = 'arn:aws:dynamodb:eu-north-1:123456789012:table/inventory/export/01768385930622-efd1a093'
  const description = (more: object) => ({
    ExportDescription: { ExportArn: exportArn, ExportStatus: 'IN_PROGRESS', ...more },
  })
  const done = description({ ExportStatus: 'COMPLETED', ExportManifest: `${home}manifest-summary.json` })

  /** Answers with the states one after the other, the last one again and again. */
  function started(states: readonly unknown[], start: object = {}, options: object = {}) {
    let asked = 0
    const client = fakeDynamoDb(({ operation }) => {
      if (operation === 'DescribeTable') return { Table: { TableArn: 'arn:aws:dynamodb:eu-north-1:1:table/inventory' } }
      if (operation === 'ExportTableToPointInTime') return states[0] instanceof Error ? states[0] : description({})
      return states[Math.min((asked += 1), states.length - 1)]
    })
    return {
      dynamodb: client,
      ...snapshotOf(fullExport(items), { options: { start: { client, ...start }, ...options } }),
    }
  }

  test('is waited for, with an empty page each time that it is not finished, and read', async () => {
    const told: string[] = []
    const onStarted = (arn: string) => void told.push(arn)
    const { dynamodb, clock, snapshot } = started([0, description({}), description({}), done], { onStarted })
    const { pages, entries, summary } = await allOf(snapshot)
    expect(pages.slice(0, 2)).toEqual([[], []])
    expect(entries).toHaveLength(5)
    expect(summary).toMatchObject({ complete: true, rows: 5 })
    expect(clock.monotonic()).toBe(30_000)
    expect(told).toEqual([exportArn])
    expect(dynamodb.sent[1]).toMatchObject({
      operation: 'ExportTableToPointInTime',
      input: {
        TableArn: 'arn:aws:dynamodb:eu-north-1:1:table/inventory',
        S3Bucket: 'exports',
        ExportFormat: 'DYNAMODB_JSON',
      },
    })
    expect(dynamodb.sent[2]).toMatchObject({ operation: 'DescribeExport', input: { ExportArn: exportArn } })
  })

  test('an ARN is taken as it is', async () => {
    const arn = 'arn:aws:dynamodb:eu-north-1:123456789012:table/inventory'
    const { dynamodb, snapshot } = started([0, done], {}, { tableName: arn })
    await allOf(snapshot)
    expect(dynamodb.sent.map(({ operation }) => operation)).toEqual(['ExportTableToPointInTime', 'DescribeExport'])
    expect(dynamodb.sent[0]!.input['TableArn']).toBe(arn)
  })

  test('an increment, a time, a key and an owner are asked for as told', async () => {
    const [from, to] = [new Date(1_700_000_000_000), new Date(1_700_003_600_000)]
    const one = started([0, done], { incremental: { from, to }, kmsKeyId: 'key-1', bucketOwner: '123456789012' })
    await allOf(one.snapshot)
    expect(one.dynamodb.sent[1]!.input).toMatchObject({
      ExportType: 'INCREMENTAL_EXPORT',
      IncrementalExportSpecification: { ExportFromTime: from, ExportToTime: to, ExportViewType: 'NEW_IMAGE' },
      S3SseAlgorithm: 'KMS',
      S3SseKmsKeyId: 'key-1',
      S3BucketOwner: '123456789012',
    })
    const other = started([0, done], { exportTime: from })
    await allOf(other.snapshot)
    expect(other.dynamodb.sent[1]!.input).toMatchObject({ ExportTime: from })
  })

  test('one that is not finished in time is unavailable', async () => {
    const { clock, snapshot } = started([0, description({})], { pollMs: 60_000, timeLimitMs: 600_000 })
    await expect(allOf(snapshot)).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringContaining('not finished after 600000 ms') as string,
    })
    expect(clock.monotonic()).toBe(600_000)
  })

  test('one that fails ends it, with its code', async () => {
    const failed = description({ ExportStatus: 'FAILED', FailureCode: 'S3AccessDenied', FailureMessage: 'secret' })
    const { snapshot } = started([0, description({}), failed])
    const failure = await allOf(snapshot).catch((error: unknown) => error as Error)
    expect(failure).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringContaining('S3AccessDenied') as string,
    })
    expect((failure as Error).message).not.toContain('secret')
  })

  test.for<readonly [name: string, code: string, message: RegExp]>([
    ['PointInTimeRecoveryUnavailableException', 'SNAPSHOT_INVALID', /Switch point-in-time recovery on/],
    ['InvalidExportTimeException', 'SNAPSHOT_INVALID', /window/],
    ['LimitExceededException', 'SNAPSHOT_INVALID', /Too many/],
    ['TableNotFoundException', 'SNAPSHOT_INVALID', /Check tableName/],
    ['AccessDeniedException', 'TARGET_UNAVAILABLE', /Allow the role/],
    ['InternalServerError', 'TARGET_UNAVAILABLE', /It may pass/],
  ])('%s is told with a remedy', async ([name, code, message]) => {
    const { snapshot } = started([serviceFault(name)])
    await expect(allOf(snapshot)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string })
  })

  test('its state may be untold for a while, but not for ever', async () => {
    const fault = serviceFault('InternalServerError')
    const states = [0, fault, fault, fault, serviceFault('ThrottlingException'), fault, fault, done]
    expect((await allOf(started(states).snapshot)).entries).toHaveLength(5)
    await expect(allOf(started([0, fault]).snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  })

  test('an abort ends the wait, and the export goes on by itself', async () => {
    const controller = new AbortController()
    const { clock, snapshot } = started([0, description({})])
    const pages = snapshot.pages({ signal: controller.signal })
    await pages.next()
    const coming = pages.next()
    controller.abort()
    expect(await coming).toMatchObject({ done: true, value: { complete: false } })
    expect(clock.monotonic()).toBe(0)
  })

  test('answers that make no sense are unavailable', async () => {
    const { snapshot } = started([0])
    const client = fakeDynamoDb(() => ({}))
    const odd = snapshotOf(fullExport(items), { options: { start: { client } } }).snapshot
    await expect(allOf(odd)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    await expect(allOf(snapshot)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' }) // never finished
  })
})

describe('a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'export-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const readFolder = (path: string) => allOf(dynamoDbExportSnapshot({ tableName, folder: path }))

  test('of the manifests, or with the one export below it', async () => {
    const own = join(folder, 'one')
    await writeExport(fullExport(items), own)
    await writeExport(
      incrementalExport([{ keys: { sku: 'A' } }], { id: '01768385930622-unfinished' }),
      join(folder, 'x'),
    )
    expect((await readFolder(own)).entries).toHaveLength(5)
    expect((await readFolder(join(own, home))).entries).toHaveLength(5)
  })

  test('with several exports is refused, naming one', async () => {
    const own = join(folder, 'several')
    await writeExport(fullExport(items), own)
    await writeExport(fullExport(items, { id: '01768385999999-aaaaaaaa' }), own)
    await expect(readFolder(own)).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/holds 2 exports.*AWSDynamoDB/) as string,
    })
  })

  test.for(['not-there', 'empty'])('%s is refused', async (name) => {
    await mkdir(join(folder, 'empty'), { recursive: true })
    await expect(readFolder(join(folder, name))).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringContaining('holds no manifest-summary.json') as string,
    })
  })

  test('with a folder where a data file should be', async () => {
    const own = join(folder, 'odd')
    const files = fullExport(items, { files: 1 })
    await writeExport(files, own)
    const key = [...files.keys()].find((name) => name.endsWith('.json.gz'))!
    await rm(join(own, key))
    await mkdir(join(own, key))
    await expect(readFolder(own)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
    await rm(join(own, key), { recursive: true })
    await expect(readFolder(own)).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/\.json\.gz is missing/) as string,
    })
    await writeFile(join(own, key), files.get(key)!)
    expect((await readFolder(own)).entries).toHaveLength(5)
  })
})

describe('options that cannot work', () => {
  const make = (options: object) => (): unknown => dynamoDbExportSnapshot({ tableName, ...options } as never)
  const bucket = 'exports'

  test.for<readonly [options: object, field: string]>([
    [{}, 'folder'],
    [{ folder: 'x', bucket }, 'folder'],
    [{ folder: '' }, 'folder'],
    [{ folder: 7 }, 'folder'],
    [{ folder: 'x', prefix: 'p' }, 'prefix'],
    [{ folder: 'x', start: true }, 'start'],
    [{ folder: 'x', client: { send: () => 0 } }, 'client'],
    [{ bucket: 's3 bucket' }, 'bucket'],
    [{ bucket: '' }, 'bucket'],
    [{ bucket, tableName: '' }, 'tableName'],
    [{ bucket, manifest: 'x.json' }, 'manifest'],
    [{ bucket, manifest: 's3://exports/a/manifest-summary.json' }, 'manifest'],
    [{ bucket, manifest: 'a/manifest-summary.json', prefix: 'a' }, 'prefix'],
    [{ bucket, manifest: 'a/manifest-summary.json', start: true }, 'start'],
    [{ bucket, prefix: 's3://exports' }, 'prefix'],
    [{ bucket, prefix: 7 }, 'prefix'],
    [{ bucket, client: {} }, 'client'],
    [{ bucket, clock: {} }, 'clock'],
    [{ bucket, timeoutMs: 0 }, 'timeoutMs'],
    [{ bucket, maxLineBytes: 1.5 }, 'maxLineBytes'],
    [{ bucket, maxFileBytes: -1 }, 'maxFileBytes'],
    [{ bucket, folders: 1 }, 'folders'],
    [{ bucket, start: false }, 'start'],
    [{ bucket, start: { when: 1 } }, 'when'],
    [{ bucket, start: { client: 7 } }, 'client'],
    [{ bucket, start: { exportTime: '2026' } }, 'start.exportTime'],
    [{ bucket, start: { exportTime: new Date(NaN) } }, 'start.exportTime'],
    [{ bucket, start: { incremental: true } }, 'start.incremental'],
    [{ bucket, start: { incremental: {} } }, 'start.incremental.from'],
    [{ bucket, start: { incremental: { from: new Date(), to: 7 } } }, 'start.incremental.to'],
    [{ bucket, start: { incremental: { from: new Date() }, exportTime: new Date() } }, 'start.exportTime'],
    [{ bucket, start: { bucketOwner: '' } }, 'start.bucketOwner'],
    [{ bucket, start: { kmsKeyId: 7 } }, 'start.kmsKeyId'],
    [{ bucket, start: { pollMs: 0 } }, 'start.pollMs'],
    [{ bucket, start: { timeLimitMs: 1e12 } }, 'start.timeLimitMs'],
    [{ bucket, start: { onStarted: 7 } }, 'start.onStarted'],
  ])('%o is refused, naming %s', ([options, field]) => {
    expect(make(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field }))
  })
})
