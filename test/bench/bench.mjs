// CPU per record of the stream handler against a plain loop and Powertools' batch processor, in one process, round by round.
// Run with `npm run bench`; `--json` prints the figures alone.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'

const sizes = [10, 100, 1_000, 10_000]
// A warm container: rounds are long, and no collection is forced, for that throws optimised code away.
const recordsPerRound = 100_000
const rounds = 7
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

const asJson = process.argv.includes('--json')
const results = []
for (const size of sizes) {
  const event = streamEvent(size)
  const runs = Object.entries(contenders).map(([name, make]) => ({ name, run: make(), perRecord: [] }))
  const times = Math.max(1, Math.round(recordsPerRound / size))
  for (let round = -2; round < rounds; round++) {
    for (const contender of runs) {
      const before = process.cpuUsage()
      for (let i = 0; i < times; i++) {
        const { batchItemFailures } = await contender.run(event)
        if (batchItemFailures.length > 0) throw new Error(`${contender.name} failed`)
      }
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) contender.perRecord.push((user + system) / (times * size))
    }
  }
  const [own, plain, powertools] = runs.map(({ perRecord }) => perRecord)
  results.push({
    size,
    microsecondsPerRecord: Object.fromEntries(runs.map(({ name, perRecord }) => [name, round2(median(perRecord))])),
    ratioToPlain: round2(median(own.map((value, i) => value / plain[i]))),
    ratioToPowertools: round2(median(own.map((value, i) => value / powertools[i]))),
    limit: limits[size] ?? 1,
  })
}

if (asJson) console.log(JSON.stringify(results, null, 2))
else print(results)
process.exitCode = results.every(({ ratioToPlain, limit }) => ratioToPlain <= limit) ? 0 : 1

function print(rows) {
  console.log(
    `CPU per record, three no-op targets, 12 attributes; median of ${rounds} rounds, Node ${process.version}\n`,
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
