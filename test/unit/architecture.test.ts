import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ImportTable, type Room, violations } from '../support/import-table.ts'

const adapterRooms = ['targets', 'tables', 'dlq', 'metrics', 'snapshots', 'locks', 'events', 'tracing', 'logging']
const inner = ['errors', 'core', 'ports']
const shared = ['aws', 'files', 'http', 'postgres', 'rows', 'system-clock'] // what several adapters need of the world
const engine = [...inner, 'runtime', 'reconcile']

/** Time, chance and output come in as values, so that a test decides about them. */
const ambient = [
  ...['Date.now', 'new Date()', 'Date()', 'performance', 'setTimeout', 'setInterval', 'AbortSignal.timeout'],
  ...['Math.random', 'crypto', 'console', 'process', 'fetch', 'globalThis'],
]
const pure = { packages: [], typesOf: ['@standard-schema/spec'], globals: [...ambient, 'Buffer', 'setImmediate'] }
const engineRoom = { packages: ['node:', 'p-limit', 'p-retry'], typesOf: ['@standard-schema/spec'], globals: ambient }
const adapter: Room = { rooms: [...inner, ...shared], packages: ['*'], not: ['fast-check'], filesStandAlone: true }

const table: ImportTable = {
  rooms: {
    errors: { ...pure, rooms: [], typesOf: [] },
    core: { ...pure, rooms: ['errors', 'core'], packages: ['zod'] },
    ports: { ...pure, rooms: inner, typesOnly: true },
    'system-clock': { ...pure, rooms: ['ports'] },
    aws: {
      rooms: [...inner, 'aws'],
      packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', 'node:', 'p-limit'],
      globals: ambient,
    },
    postgres: { rooms: [...inner, 'postgres'], packages: ['node:'], globals: ambient },
    files: { rooms: [...inner, 'files', 'rows'], packages: ['node:'], globals: ambient },
    http: { rooms: [...inner, 'http'], packages: ['node:'] },
    rows: { ...pure, rooms: [...inner, 'rows'], typesOf: [] },
    runtime: { ...engineRoom, packages: [...engineRoom.packages, 'zod'], rooms: [...inner, 'runtime', 'system-clock'] },
    duckdb: {
      rooms: [...inner, 'duckdb'],
      packages: ['node:', '@duckdb/node-api', 'packageName'], // the name of DuckDB's package, kept from bundlers
      globals: ambient,
    },
    reconcile: { ...engineRoom, rooms: [...engine, 'duckdb'] },
    ...Object.fromEntries(adapterRooms.map((room) => [room, adapter])),
    snapshots: { ...adapter, rooms: [...adapter.rooms, 'duckdb'] },
    index: { ...pure, rooms: engine },
    testing: { rooms: [...engine, ...shared, 'duckdb', ...adapterRooms, 'testing'], packages: ['*'] },
    cli: { rooms: [...engine, ...shared, 'duckdb', ...adapterRooms, 'cli'], packages: ['*'], not: ['fast-check'] },
  },
  steps: {
    files: /^runtime\/(decode|select|lanes|route|deliver|settle|observe|respond.*)$/,
    importedBy: /^(runtime\/(queue-)?handler$|reconcile\/)/,
  },
  exceptions: {
    'system-clock.ts': ['Date.now', 'performance', 'setTimeout'],
    'runtime/defaults.ts': ['Math.random'], // the one default of `SyncConfig.random`
  },
}

type Refused = readonly [path: string, text: string, problem: string]
type Allowed = readonly [path: string, text: string]

describe('imports point one way', () => {
  test('src keeps the import table', () => {
    const files = sources()
    expect(files.size).toBeGreaterThan(30)
    expect(violations(files, table)).toEqual([])
  })

  test.for<Refused>([
    ['core/a.ts', "import { b } from '../runtime/config.ts'", 'imports runtime/config.ts'],
    ['core/a.ts', "import { readFile } from 'node:fs/promises'", 'imports node:fs/promises'],
    ['core/a.ts', "import { schema } from '@standard-schema/spec'", 'imports @standard-schema/spec'],
    ['core/a.ts', "type A = import('aws-lambda').Context", 'imports aws-lambda'],
    ['errors.ts', "export * from './core/key.ts'", 'imports core/key.ts'],
    [
      'ports/a.ts',
      "import { merge, type Change } from '../core/merge.ts'",
      'imports more than types from core/merge.ts',
    ],
    ['ports/a.ts', "import type { Item } from '../targets/http.ts'", 'imports targets/http.ts'],
    ['targets/a.ts', "import type { SyncConfig } from '../runtime/config.ts'", 'imports runtime/config.ts'],
    ['targets/a.ts', "import { b } from './b.ts'", 'imports targets/b.ts'],
    ['targets/a/c.ts', "import { b } from '../b/c.ts'", 'imports targets/b/c.ts'],
    ['dlq/a.ts', "import { b } from '../targets/http.ts'", 'imports targets/http.ts'],
    ['dlq/a.ts', "import fc from 'fast-check'", 'imports fast-check'],
    ['core/a.ts', "import { readRows } from '../aws/dynamodb/read-rows.ts'", 'imports aws/dynamodb/read-rows.ts'],
    ['runtime/a.ts', "import { readRows } from '../aws/dynamodb/read-rows.ts'", 'imports aws/dynamodb/read-rows.ts'],
    ['runtime/a.ts', "import { send } from '../http/send.ts'", 'imports http/send.ts'],
    ['http/a.ts', "import { judge } from '../targets/http/judge.ts'", 'imports targets/http/judge.ts'],
    ['aws/a.ts', "import { systemClock } from '../system-clock.ts'", 'imports system-clock.ts'],
    ['aws/a.ts', "import { S3Client } from '@aws-sdk/client-s3'", 'imports @aws-sdk/client-s3'],
    ['postgres/a.ts', "import { Pool } from 'pg'", 'imports pg'],
    ['postgres/a.ts', "import { systemClock } from '../system-clock.ts'", 'imports system-clock.ts'],
    ['reconcile/a.ts', "import { quoted } from '../postgres/identifier.ts'", 'imports postgres/identifier.ts'],
    ['targets/a.ts', "import { openDuckDb } from '../duckdb/open-duckdb.ts'", 'imports duckdb/open-duckdb.ts'],
    ['runtime/a.ts', "const sqs = await import('@aws-sdk/client-sqs')", 'imports @aws-sdk/client-sqs'],
    ['runtime/a.ts', "import { deliver } from './deliver.ts'", 'imports the step runtime/deliver.ts'],
    [
      'runtime/settle.ts',
      "import { attempt } from './deliver/attempt.ts'",
      'imports the step runtime/deliver/attempt.ts',
    ],
    ['runtime/a.ts', "import { plan } from '../reconcile/plan.ts'", 'imports reconcile/plan.ts'],
    ['index.ts', "export { httpTarget } from './targets/http.ts'", 'imports targets/http.ts'],
    ['testing/a.ts', "import { main } from '../cli/main.ts'", 'imports cli/main.ts'],
    ['core/a.ts', "import { sync } from 'dynamodb-stream-sync'", 'imports dynamodb-stream-sync'],
    ['helpers/a.ts', '', 'is in no room of the table'],
  ])('%s: %s is refused', ([path, text, problem]) => {
    expect(violations(new Map([[path, text]]), table)).toEqual([`${path}: ${problem}`])
  })

  test.for<Allowed>([
    ['core/a.ts', "import type { StandardSchemaV1 } from '@standard-schema/spec'\nimport * as z from 'zod/mini'"],
    ['ports/a.ts', "import { type Change } from '../core/change.ts'\nimport type { SyncError } from '../errors.ts'"],
    ['tables/a.ts', "import { readRows } from '../aws/dynamodb/read-rows.ts'"],
    ['tables/a.ts', "import { systemClock } from '../system-clock.ts'"],
    ['snapshots/a.ts', "import { quoted } from '../postgres/identifier.ts'"],
    ['snapshots/a.ts', "import { send } from '../http/send.ts'"],
    ['targets/http.ts', "import { read } from './http/answer.ts'\nimport { createHmac } from 'node:crypto'"],
    ['targets/http/answer.ts', "import { merge } from '../../core/merge.ts'\nimport type { O } from '../http.ts'"],
    ['runtime/select.ts', "import type { Decoded } from './decode.ts'"],
    ['runtime/deliver.ts', "import { attempt } from './deliver/attempt.ts'"],
    ['runtime/handler.ts', "import { deliver } from './deliver.ts'"],
    ['reconcile/handler.ts', "import { deliver } from '../runtime/deliver.ts'"],
    [
      'testing/index.ts',
      "import fc from 'fast-check'\nexport { createStreamSyncHandler } from '../runtime/handler.ts'",
    ],
  ])('%s: %s is allowed', ([path, text]) => {
    expect(violations(new Map([[path, text]]), table)).toEqual([])
  })
})

describe('time, chance, output and environment come in as values', () => {
  test.for<Refused>([
    ['core/a.ts', 'const at = new Date()', 'new Date()'],
    ['core/a.ts', "const bytes = Buffer.from('')", 'Buffer.from'],
    ['runtime/a.ts', 'const now = Date.now', 'Date.now'],
    ['aws/a.ts', 'const jitter = Math.random()', 'Math.random'],
    ['runtime/a.ts', 'const jitter = Math.random()', 'Math.random'],
    ['runtime/a.ts', 'const logger = { ...console }', 'console'],
    ['runtime/a.ts', 'const signal = AbortSignal.timeout(5)', 'AbortSignal.timeout'],
    ['reconcile/a.ts', 'const region = process.env.AWS_REGION', 'process.env'],
    ['reconcile/a.ts', 'setTimeout(done, 5)', 'setTimeout()'],
    ['reconcile/a.ts', "console.log('x')", 'console.log'],
  ])('%s: %s is refused', ([path, text, name]) => {
    expect(violations(new Map([[path, text]]), table)).toEqual([`${path}: uses ${name}`])
  })

  test.for<Allowed>([
    ['core/a.ts', 'const at = new Date(seconds * 1_000)'],
    ['core/a.ts', 'interface Console { readonly console: string }\nconst of = (log: Console) => log.console'],
    ['runtime/a.ts', 'const signal = AbortSignal.any([one, other])'],
    ['system-clock.ts', 'const now = () => Date.now() + performance.now()'],
    ['targets/http.ts', 'const answer = await fetch(url)'],
  ])('%s: %s is allowed', ([path, text]) => {
    expect(violations(new Map([[path, text]]), table)).toEqual([])
  })
})

/** Path below `src` → text. */
function sources(): ReadonlyMap<string, string> {
  const src = fileURLToPath(new URL('../../src', import.meta.url))
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(src, file), 'utf8')]))
}
