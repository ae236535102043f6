import { describe, expect, it } from 'vitest'
import { checkSettings } from '../lib/config/check.ts'
import { config, lineWith, part, sample, warehouse } from './support/changed-settings.ts'
import { settings, type Settings } from './support/synthesised.ts'

type Changed = (value: unknown) => Settings

const of =
  (name: 'sync' | 'mapping' | 'reconcile' | 'table', setting: string): Changed =>
  (value) =>
    part(name, { [setting]: value })
const at =
  (setting: string): Changed =>
  (value) =>
    config({ [setting]: value })
const warm = (readUnitsPerSecond: number, writeUnitsPerSecond: number) => ({ readUnitsPerSecond, writeUnitsPerSecond })

const berlin =
  (setting: string): Changed =>
  (value) =>
    warehouse(0, { [setting]: value })
const group =
  (setting: string): Changed =>
  (value) =>
    warehouse(4, { [setting]: value })

/** The last that is refused, and the first that is taken, at each end. */
const limits: Readonly<
  Record<string, readonly [Changed, refused: readonly unknown[], taken: readonly unknown[], says: RegExp]>
> = {
  'mapping.batchSize': [of('mapping', 'batchSize'), [0, 1.5, 10_001], [1], /from 1 to 10,000/],
  'mapping.maximumBatchingWindowInSeconds': [
    ...([of('mapping', 'maximumBatchingWindowInSeconds'), [-1, 301], [0, 300]] as const),
    /from 0 to 300/,
  ],
  'mapping.parallelizationFactor': [of('mapping', 'parallelizationFactor'), [0, 11], [1, 10], /from 1 to 10\./],
  'mapping.maximumRetryAttempts': [of('mapping', 'maximumRetryAttempts'), [2, 10_001], [3, 10_000], /from 3 to 10,000/],
  'mapping.maximumRecordAgeInSeconds': [
    ...([of('mapping', 'maximumRecordAgeInSeconds'), [59, 79_201], [60, 79_200]] as const),
    /from 60 to 79200/,
  ],
  'sync.shards': [of('sync', 'shards'), [3], [4], /from 4 up/],
  'sync.memoryMb': [of('sync', 'memoryMb'), [127, 10_241], [128, 10_240], /from 128 to 10,240/],
  'sync.deadlineMarginMs': [of('sync', 'deadlineMarginMs'), [99, 10_001], [100, 10_000], /from 100 to 10,000/],
  'sync.ttl': [of('sync', 'ttl'), ['keep'], ['ignore'], /'propagate' or 'ignore'/],
  'reconcile.everyHours': [of('reconcile', 'everyHours'), [0, 25], [1, 24], /from 1 to 24/],
  'reconcile.mode': [of('reconcile', 'mode'), ['repair'], ['apply'], /'plan' or 'apply'/],
  'reconcile.partitions': [of('reconcile', 'partitions'), [0, 1_001], [1, 1_000], /from 1 to 1,000/],
  'reconcile.maxRepairRatio': [of('reconcile', 'maxRepairRatio'), [0, 1.01, NaN], [1], /above 0, and at most 1/],
  'reconcile.driftThreshold': [of('reconcile', 'driftThreshold'), [-1, 0.5], [0], /from 0 up/],
  'table.warmThroughput': [
    ...([of('table', 'warmThroughput'), [warm(11_999, 4_000), warm(12_000, 3_999)], [warm(12_000, 4_000)]] as const),
    /12,000 reads and 4,000 writes/,
  ],
  service: [at('service'), ['', 'Stock', 'a'.repeat(31)], ['a', 'a'.repeat(30)], /begin with a small letter/],
  alarmEmail: [at('alarmEmail'), ['', 'nobody'], [undefined, 'a@b'], /alarmEmail is no address/],
  keepReportsDays: [at('keepReportsDays'), [0], [1], /from 1 up/],
  keepEventsDays: [at('keepEventsDays'), [0], [1], /from 1 up/],
  'warehouse.timeoutMs': [berlin('timeoutMs'), [0, 60_001], [1, 60_000], /timeoutMs from 1 to 60,000/],
  'warehouse.concurrency': [berlin('concurrency'), [0, 1_001], [1, 1_000], /concurrency from 1 to 1,000/],
  'warehouse.retry': [berlin('retry'), [{ maxAttempts: 0 }, { maxAttempts: 21 }], [{ maxAttempts: 3 }], /from 1 to 20/],
  'warehouse.list': [berlin('list'), ['http://berlin.example/stock'], [undefined], /no https URL/],
  'warehouse.categories': [group('categories'), [[]], [['garden']], /has no categories/],
  'warehouse.queue': [group('queue'), [true], [], /has queues already/],
}

const cases = (which: 1 | 2) =>
  Object.entries(limits).flatMap(([name, limit]) =>
    limit[which].map((value) => [name, value, limit[0], limit[3]] as const),
  )

describe('The limits of settings', () => {
  it.each(cases(1))('%s refuses %o', (name, value, changed, says) => {
    const given = changed(value)
    const check = () => checkSettings(given.config, given.warehouses, sample)
    expect(check).toThrow(says)
    if (name.startsWith('warehouse.')) expect(check).toThrow(/warehouses\.ts:\d+/)
    else expect(check).toThrow(`  ${lineWith('config.ts', ` ${name.split('.').at(-1)}:`)}  `)
  })

  it.each(cases(2))('%s takes %o', (_, value, changed) => {
    const { config, warehouses } = changed(value)
    expect(() => checkSettings(config, warehouses, sample)).not.toThrow()
  })
})

describe('Replicas', () => {
  const replicas = (...given: readonly object[]) =>
    settings(({ config }) => ({
      config: { ...config, customerManagedKey: true, table: { ...config.table, replicas: given as never } },
    }))
  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d'

  it.each([
    [{ region: 'eu-central-1', keyArn }, /names the region of the deployment itself/],
    [{ region: 'eu-west-1' }, /a replica has no keyArn/],
  ])('cannot be %o', (replica, says) => {
    const { config, warehouses } = replicas(replica)
    const check = () => checkSettings(config, warehouses, sample)
    expect(check).toThrow(says)
    expect(check).toThrow(`  ${lineWith('config.ts', ' replicas:')}  `)
  })

  it('are in other regions, each with a key of it', () => {
    const { config, warehouses } = replicas({ region: 'eu-west-1', keyArn })
    expect(() => checkSettings(config, warehouses, sample)).not.toThrow()
  })
})

describe('Exports of another region', () => {
  it('are refused at the table', () => {
    const { config, warehouses } = settings(({ config, warehouses }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'athena' } },
      warehouses: warehouses.map((one) =>
        one.kind === 'dynamodb' ? { ...one, tableArn: one.tableArn.replace('eu-central-1', 'eu-west-1') } : one,
      ),
    }))
    const check = () => checkSettings(config, warehouses, sample)
    expect(check).toThrow(/'ledger' is of another region, and is not exported here/)
    expect(check).toThrow(`  ${lineWith('warehouses.ts', 'tableArn:')}  `)
  })
})
