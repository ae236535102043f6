'use strict'

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const record = {
  eventID: '1',
  eventName: 'INSERT',
  eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/2026-01-01T00:00:00.000',
  dynamodb: {
    ApproximateCreationDateTime: 1767225600,
    Keys: { sku: { S: 'A1' } },
    NewImage: { sku: { S: 'A1' }, quantity: { N: '5' } },
    SequenceNumber: '111',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
}
const silent = { send: async () => ({}) } // a client that answers nothing
const pool = { connect: () => Promise.reject(new Error('nobody is there')) }

/** What a snapshot of a file of that text reads, or the name of the error that it ends in. */
async function rowsOf(open, text) {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-stream-sync-'))
  const rows = []
  try {
    const file = join(folder, 'stock')
    writeFileSync(file, text)
    for await (const page of open(file).pages({ signal: new AbortController().signal })) rows.push(...page)
    return rows
  } catch (error) {
    return error.name
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One call for each entry, with what the entry exports; each answers with the same JSON however it was loaded. */
exports.calls = {
  index: async ({ createStreamSyncHandler, TargetUnavailableError }) => {
    const applied = []
    const east = {
      apply: async ({ key, item }, { attempt }) => {
        if (attempt === 1) throw new TargetUnavailableError('not yet')
        applied.push([key, item.quantity, attempt])
        return 'applied'
      },
    }
    const handler = createStreamSyncHandler({ targets: { east }, random: () => 0 })
    return { response: await handler({ Records: [record] }), applied }
  },
  testing: async ({ memoryTarget, warehouseTargetContract }) => {
    const clauses = warehouseTargetContract({ create: () => memoryTarget() })
    await clauses[0].check()
    return clauses.length > 0
  },
  'targets/http': ({ httpTarget }) => Object.keys(httpTarget({ url: 'http://127.0.0.1/{sku}' })).includes('apply'),
  'targets/dynamodb': ({ dynamoDbTarget }) => dynamoDbTarget({ tableName: 'east', client: silent }).guarded,
  'targets/postgres': ({ postgresTarget, postgresMigration, postgresPurge }) => [
    postgresTarget({ pool, table: 'stock' }).guarded,
    postgresMigration({ table: 'stock', key: 'sku' }).length > 0,
    postgresPurge({ table: 'stock' }).length > 0,
  ],
  'targets/sqs': ({ sqsTarget }) => sqsTarget({ queueUrl: 'http://127.0.0.1/queue', client: silent }).batchSize,
  'targets/event-bridge': ({ eventBridgeTarget }) =>
    eventBridgeTarget({ eventBusName: 'stock', client: silent }).batchSize,
  'tables/dynamodb': ({ dynamoDbTable }) => typeof dynamoDbTable({ tableName: 'inventory', client: silent }).read,
  'dlq/sqs': ({ sqsDlq }) => sqsDlq({ queueUrl: 'http://127.0.0.1/queue', client: silent }).send([], {}),
  'metrics/emf': ({ emfMetrics }) => typeof emfMetrics({ service: 'inventory' }).emit,
  'metrics/opentelemetry': ({ opentelemetryMetrics }) =>
    typeof opentelemetryMetrics().emit([{ name: 'Poison', unit: 'Count', values: [1] }]),
  'snapshots/csv': ({ csvSnapshot }) =>
    rowsOf((file) => csvSnapshot({ file, key: 'sku' }), 'sku,quantity\nA1,5\n"A,2",6\n'),
  'snapshots/ndjson': ({ ndjsonSnapshot }) =>
    rowsOf((file) => ndjsonSnapshot({ file, key: 'sku' }), '{"sku":"A1","quantity":5}\n'),
  'snapshots/parquet': ({ parquetSnapshot }) =>
    rowsOf((file) => parquetSnapshot({ file, key: 'sku' }), 'no Parquet, which only DuckDB can tell'),
  'snapshots/http': ({ httpSnapshot }) =>
    httpSnapshot({ url: 'http://127.0.0.1/stock', rows: () => [], row: (row) => row }).order,
  'snapshots/dynamodb': ({ dynamoDbSnapshot }) => dynamoDbSnapshot({ tableName: 'inventory', client: silent }).order,
  'snapshots/dynamodb-export': ({ dynamoDbExportSnapshot }) =>
    dynamoDbExportSnapshot({ tableName: 'inventory', folder: tmpdir() }).order,
  'locks/dynamodb': async ({ dynamoDbLock }) =>
    typeof (await dynamoDbLock({ tableName: 'locks', client: silent }).acquire('reconcile', 60_000)),
  'snapshots/postgres': ({ postgresSnapshot }) => postgresSnapshot({ pool, table: 'stock', key: 'sku' }).order,
  'events/kinesis': ({ kinesisEvents }) => [...kinesisEvents().decode({ Records: [] })],
  'tracing/opentelemetry': ({ opentelemetryTracer }) => opentelemetryTracer().span('sync', {}, async () => 5),
  'logging/json': ({ jsonLogger }) => {
    const lines = []
    jsonLogger({ write: (line) => lines.push(line), now: () => 0 }).info('Synced.', { records: 1n })
    return lines
  },
}

/** Loads each entry, then calls it; what it exports is told by type. */
exports.callAll = async (load, entries) => {
  const told = {}
  for (const entry of entries) {
    const loaded = await load(entry === 'index' ? 'dynamodb-stream-sync' : `dynamodb-stream-sync/${entry}`)
    const exported = Object.entries(loaded).filter(([name]) => name !== '__esModule' && name !== 'module.exports')
    const types = Object.fromEntries(exported.map(([name, value]) => [name, typeof value]).sort())
    told[entry] = { exports: types, answer: await exports.calls[entry](loaded) }
  }
  return told
}
