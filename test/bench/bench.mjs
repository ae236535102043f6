// CPU per record of the stream handler against a plain loop and Powertools' batch processor.
// Run with `npm run bench`; `--json` prints the figures alone.
//
// A Lambda container runs one handler, and in one process contenders would shape each other's optimised code. So each
// has processes of its own, which take turns. A container is warm, so rounds are long; no collection is forced, for that
// throws optimised code away.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'

const sizes = [10, 100, 1_000, 10_000]
const turns = 5
const roundsPerTurn = 3
const recordsPerRound = 200_000
const limits = { 10: 1.5 }

const names = ['berlin', 'lyon', 'porto']
const targets = Object.fromEntries(names.map((name) => [name, { apply: async () => 'applied' }]))

const contenders = {
  'stream-sync': () => {
    const handler = createStreamSyncHandler({ targets })
    return (event) => handler(event)
  },
  'plain loop': () => async (event) => {
    for (const { dynamodb } of event.Records) {
      const item = unmarshall(dynamodb.NewImage)
      await Promise.all(names.map((name) => targets[name].apply({ item })))
    }
    return { batchItemFailures: [] }
  },
  'powertools batch': () => {
    const processor = new BatchProcessor(EventType.DynamoDBStreams)
    const one = async ({ dynamodb }) => {
      const item = unmarshall(dynamodb.NewImage)
      await Promise.all(names.map((name) => targets[name].apply({ item })))
    }
    return (event) => processPartialResponse(event, one, processor)
  },
}

const [contender, size] = process.argv.slice(2)
if (contender in contenders) console.log(JSON.stringify(await measure(contenders[contender](), Number(size))))
else await compare(process.argv.includes('--json'))

/** Microseconds of CPU per record, one figure per round, after a round to warm up. */
async function measure(run, size) {
  const event = streamEvent(size)
  const times = Math.max(1, Math.round(recordsPerRound / size))
  const figures = []
  for (let round = 0; round <= roundsPerTurn; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < times; i++) {
      const { batchItemFailures } = await run(event)
      if (batchItemFailures.length > 0) throw new Error('A record failed.')
    }
    const { user, system } = process.cpuUsage(before)
    if (round > 0) figures.push((user + system) / (times * size))
  }
  return figures
}

async function compare(asJson) {
  const results = []
  const start = performance.now()
  for (const size of sizes) {
    const figures = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
    for (let turn = 0; turn < turns; turn++) {
      progress(`${size.toLocaleString('en')} records, turn ${turn + 1} of ${turns}`, start)
      for (const name of Object.keys(contenders)) figures[name].push(median(await inOwnProcess(name, size)))
    }
    const [own, plain, powertools] = Object.values(figures)
    results.push({
      size,
      microsecondsPerRecord: Object.fromEntries(
        Object.keys(figures).map((name) => [name, round2(median(figures[name]))]),
      ),
      ratioToPlain: round2(median(own.map((value, i) => value / plain[i]))),
      ratioToPowertools: round2(median(own.map((value, i) => value / powertools[i]))),
      limit: limits[size] ?? 1,
    })
  }
  progress('', start)
  if (asJson) console.log(JSON.stringify(results, null, 2))
  else print(results)
  process.exitCode = results.every(({ ratioToPlain, limit }) => ratioToPlain <= limit) ? 0 : 1
}

async function inOwnProcess(name, size) {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), name, String(size)])
  return JSON.parse(stdout)
}

/** One line that replaces itself, where somebody looks. */
function progress(text, start) {
  if (!process.stderr.isTTY) return
  const seconds = Math.round((performance.now() - start) / 1_000)
  process.stderr.write(`\r\x1b[K${text && `${text}, ${seconds} s`}`)
}

function print(rows) {
  console.log(
    `CPU per record, three no-op targets, 12 attributes; median of ${turns} processes each, Node ${process.version}\n`,
  )
  const head = ['records', ...Object.keys(contenders).map((name) => `${name} µs`), '÷ plain', 'limit', '÷ powertools']
  const lines = rows.map(({ size, microsecondsPerRecord, ratioToPlain, limit, ratioToPowertools }) => [
    size.toLocaleString('en'),
    ...Object.values(microsecondsPerRecord).map((value) => value.toFixed(2)),
    ratioToPlain.toFixed(2),
    `≤ ${limit.toFixed(1)}${ratioToPlain <= limit ? '' : '  exceeded'}`,
    ratioToPowertools.toFixed(2),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column].length)))
  for (const line of [head, ...lines]) console.log(line.map((cell, i) => cell.padStart(widths[i])).join('  '))
}

function streamEvent(size) {
  return { Records: Array.from({ length: size }, (_, i) => record(i)) }
}

function record(i) {
  const image = (quantity) => ({
    sku: { S: `SKU-${i}` },
    quantity: { N: String(quantity) },
    name: { S: 'Cordless drill, 18 V' },
    price: { N: '129.95' },
    active: { BOOL: true },
    tags: { SS: ['tools', 'power'] },
    size: { M: { width: { N: '20' }, height: { N: '31' }, unit: { S: 'cm' } } },
    bins: { L: [{ S: 'A-12' }, { S: 'B-07' }] },
    supplier: { S: 'ACME-4711' },
    updatedAt: { S: '2026-11-24T10:55:19.000Z' },
    reserved: { N: '3' },
    note: { NULL: true },
  })
  return {
    eventID: `event-${i}`,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/inventory/stream/2026-03-01T00:00:00.000',
    dynamodb: {
      ApproximateCreationDateTime: 1_780_000_000,
      Keys: { sku: { S: `SKU-${i}` } },
      NewImage: image(i % 100),
      OldImage: image((i % 100) + 1),
      SequenceNumber: String(100_000_000_000_000_000_000n + BigInt(i)),
      SizeBytes: 400,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function round2(value) {
  return Math.round(value * 100) / 100
}
