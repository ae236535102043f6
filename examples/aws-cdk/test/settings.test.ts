import { describe, expect, it } from 'vitest'
import { checkSettings } from '../lib/config/check.ts'
import { lineOf } from '../lib/config/line-of.ts'
import { config, lineWith, part, sample, warehouse } from './support/changed-settings.ts'
import { settings, synthesised, type Settings } from './support/synthesised.ts'

const bad: Readonly<Record<string, readonly [given: Settings, line: string, says: RegExp]>> = {
  'two warehouses of one name': [
    warehouse(1, { name: 'berlin' }),
    lineWith('warehouses.ts', "name: 'lyon'"),
    /two warehouses are called 'berlin'. Give this one a name of its own/,
  ],
  'no secret': [
    warehouse(0, { secret: '' }),
    lineWith('warehouses.ts', "secret: 'inventory/berlin'"),
    /'berlin' has no secret. Write the name of its secret in Secrets Manager/,
  ],
  'a secret that was forgotten': [
    warehouse(1, { secret: undefined }),
    lineWith('warehouses.ts', "secret: 'inventory/lyon'"),
    /'lyon' has no secret/,
  ],
  'an unknown kind': [
    warehouse(2, { kind: 'soap' }),
    lineWith('warehouses.ts', "kind: 'http'", 1),
    /unknown kind 'soap'. Write one of 'http', 'postgres', 'dynamodb', 'event-bridge'/,
  ],
  'a URL without TLS': [
    warehouse(0, { url: 'http://berlin.example/stock/{sku}' }),
    lineWith('warehouses.ts', "url: 'https://berlin"),
    /has no https URL/,
  ],
  'a URL that names no item': [
    warehouse(0, { url: 'https://berlin.example/stock' }),
    lineWith('warehouses.ts', "url: 'https://berlin"),
    /names no item/,
  ],
  'a database without host': [warehouse(1, { host: '' }), lineWith('warehouses.ts', 'host:'), /has no host/],
  'a table without ARN': [
    warehouse(3, { tableArn: 'stock' }),
    lineWith('warehouses.ts', 'tableArn:'),
    /no ARN of a table/,
  ],
  'a group of nobody': [
    warehouse(4, { regions: [] }),
    lineWith('warehouses.ts', "kind: 'event-bridge'"),
    /has no regions/,
  ],
  'a name with spaces': [
    warehouse(0, { name: 'Berlin 1' }),
    lineWith('warehouses.ts', "name: 'berlin'"),
    /name must begin/,
  ],
  'endless retries of a warehouse': [
    warehouse(0, { retry: { maxAttempts: Infinity } }),
    lineWith('warehouses.ts', '  {'),
    /must have maxAttempts from 1 to 20/,
  ],
  'a breaker that the library refuses': [
    warehouse(0, { breaker: { failures: 0 } }),
    lineWith('warehouses.ts', '  {'),
    /targets\.berlin\.breaker/,
  ],
  'a pause of less than nothing': [
    warehouse(1, { retry: { minDelayMs: -1 } }),
    lineWith('warehouses.ts', '  {', 1),
    /targets\.lyon\.retry\.minDelayMs/,
  ],
  'an outage that nobody knows how to meet': [
    warehouse(1, { onUnavailable: 'wait' }),
    lineWith('warehouses.ts', '  {', 1),
    /targets\.lyon\.onUnavailable/,
  ],
  'a setting that is misspelled': [
    warehouse(1, { concurency: 4 }),
    lineWith('warehouses.ts', '  {', 1),
    /concurency.*concurrency/s,
  ],
  'a URL by what no item has': [
    warehouse(0, { url: 'https://berlin.example/stock/{id}' }),
    lineWith('warehouses.ts', "url: 'https://berlin"),
    /has \{id\} in its url, which is no attribute of item.ts/,
  ],
  'an epoch that is no number of times': [
    part('sync', {
      epochs: { 'arn:aws:dynamodb:eu-central-1:111122223333:table/a/stream/2026-03-01T10:00:00.000': -1 },
    }),
    lineWith('config.ts', 'epochs:'),
    /whole numbers from 0 to 999999/,
  ],
  'only what no item has': [
    part('sync', { only: { attribute: 'colour', value: 'red' } }),
    lineWith('config.ts', 'only:'),
    /must name an attribute that is 'S' in item.ts/,
  ],
  'only a number by its text': [
    part('sync', { only: { attribute: 'quantity', value: '5' } }),
    lineWith('config.ts', 'only:'),
    /must name an attribute that is 'S'/,
  ],
  'a replica twice': [
    part('table', { replicas: [{ region: 'eu-west-1' }, { region: 'eu-west-1' }] }),
    lineWith('config.ts', 'replicas: ['),
    /must be regions, each once/,
  ],
  'a table that is there, of another region': [
    part('table', {
      existing: {
        tableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/inventory',
        streamArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/inventory/stream/2026-03-01T10:00:00.000',
      },
    }),
    lineWith('config.ts', 'table: {'),
    /the tableArn of a table of this region/,
  ],
  "another table's stream": [
    part('table', {
      existing: {
        tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/inventory',
        streamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/other/stream/2026-03-01T10:00:00.000',
      },
    }),
    lineWith('config.ts', 'table: {'),
    /the streamArn of that table/,
  ],
  'a network of nothing': [
    config({ network: { subnetIds: [], securityGroupIds: [] } }),
    lineWith('config.ts', 'network:'),
    /must have subnetIds and securityGroupIds/,
  ],
  'a network whose lists are exchanged': [
    config({ network: { subnetIds: ['sg-0a1b2c3d'], securityGroupIds: ['subnet-0a1b2c3d'] } }),
    lineWith('config.ts', 'network:'),
    /must have subnetIds and securityGroupIds/,
  ],
  "a warehouse that bears the inventory table's name": [
    settings(({ config, warehouses }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'athena' } },
      warehouses: warehouses.map((one, at) => (at === 3 ? { ...one, name: 'inventory-table' } : one)),
    })),
    lineWith('warehouses.ts', "name: 'ledger'"),
    /is what Athena calls the inventory table/,
  ],
  'no warehouse': [
    settings(() => ({ warehouses: [] })),
    lineWith('warehouses.ts', 'export const warehouses'),
    /there is no warehouse/,
  ],
  'no account': [config({ account: undefined }), lineWith('config.ts', 'account:'), /Write its 12 digits/],
  'no region': [config({ region: '' }), lineWith('config.ts', 'region:'), /region is unset/],
  'a layer of another region': [
    config({ region: 'eu-west-1' }),
    lineWith('config.ts', 'adotLayerArn:'),
    /of another region/,
  ],
  'a runbook nowhere': [config({ runbooks: '' }), lineWith('config.ts', 'runbooks:'), /no https URL/],
  'an odd retention': [config({ keepLogsDays: 31 }), lineWith('config.ts', 'keepLogsDays:'), /1, 3, 5, 7, 14, 30/],
  'endless retries of the mapping': [
    part('mapping', { maximumRetryAttempts: -1 }),
    lineWith('config.ts', 'maximumRetryAttempts:'),
    /Endless retries \(-1\) let one record hold its shard for a day/,
  ],
  'records that never grow too old': [
    part('mapping', { maximumRecordAgeInSeconds: -1 }),
    lineWith('config.ts', 'maximumRecordAgeInSeconds:'),
    /later the stream forgets a record/,
  ],
  'answers that Lambda ignores': [
    part('mapping', { functionResponseTypes: [] }),
    lineWith('config.ts', 'functionResponseTypes:'),
    /must hold 'ReportBatchItemFailures'/,
  ],
  'a batch that takes longer than Lambda lets it': [
    part('mapping', { batchSize: 1_000 }),
    lineWith('config.ts', 'batchSize:'),
    /it would be killed in the middle/,
  ],
  'no batch at all': [part('mapping', { batchSize: 0 }), lineWith('config.ts', 'batchSize:'), /from 1 to 10,000/],
  'too few executions for the shards': [
    part('sync', { reservedConcurrency: 49 }),
    lineWith('config.ts', 'reservedConcurrency:'),
    /49 is below 5 shards × parallelizationFactor 10 = 50/,
  ],
  'fewer shards than the warm table may have': [
    part('table', { warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 20_000 } }),
    lineWith('config.ts', 'shards:'),
    /from 20 up/,
  ],
  'reconcile where nothing can be read': [
    settings(({ warehouses }) => ({ warehouses: warehouses.filter(({ name }) => name === 'austin') })),
    lineWith('config.ts', 'scale:'),
    /can read no warehouse. Write the list of one in warehouses.ts, or 'off'/,
  ],
  'exports where no warehouse is a table': [
    settings(({ config, warehouses }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'athena' } },
      warehouses: warehouses.filter(({ kind }) => kind !== 'dynamodb'),
    })),
    lineWith('config.ts', 'scale:'),
    /no warehouse is one. Write 'map'/,
  ],
  'a filter that SQL cannot ask': [
    settings(({ config, warehouses }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'athena' } },
      warehouses: warehouses.map((one) => (one.kind === 'dynamodb' ? { ...one, when: () => true } : one)),
    })),
    lineWith('warehouses.ts', "name: 'ledger'").replace(/\d+$/, (line) => String(Number(line) - 1)),
    /'ledger' has a when that SQL cannot ask/,
  ],
  'an unknown way to reconcile': [
    part('reconcile', { scale: 'big' }),
    lineWith('config.ts', 'scale:'),
    /'off', 'function', 'map' or 'athena'/,
  ],
}

describe('Settings that cannot work', () => {
  it.each(Object.entries(bad))('stop the synthesis at their line: %s', (_, [{ config, warehouses }, line, says]) => {
    const check = () => checkSettings(config, warehouses, sample)
    expect(check).toThrow(says)
    expect(check).toThrow(`  ${line}  `)
  })

  it('stop the synthesis itself', () => {
    expect(() => synthesised(config({ account: undefined }))).toThrow(/Nothing was synthesised. Change these lines:/)
  })

  it('are all told at once', () => {
    const given = settings(({ config, warehouses }) => ({
      config: { ...config, account: undefined },
      warehouses: warehouses.map((one) => ({ ...one, name: 'same' })),
    }))
    const told = () => checkSettings(given.config, given.warehouses, sample)
    expect(told).toThrow(/account/)
    expect(told).toThrow(/called 'same'/)
  })

  it('are none of the sample', () => {
    const { config, warehouses } = settings()
    expect(() => checkSettings(config, warehouses, sample)).not.toThrow()
  })

  it('stand in a line that can be found, or else in a file', () => {
    expect(lineOf('config.ts', ['config', 'sync', 'shards'], sample)).toBe(lineWith('config.ts', 'shards:'))
    expect(lineOf('config.ts', ['config', 'sync', 'nothing'], sample)).toBe(lineWith('config.ts', 'sync: {'))
    expect(lineOf('config.ts', ['nothing'], sample)).toBe('config.ts')
  })
})
