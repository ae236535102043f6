import {
  createStreamSyncHandler,
  defineItem,
  defineSync,
  reconcile,
  TargetUnavailableError,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { stock, type Stock } from '../../item.ts'
import { config } from '../sample/config.ts'
import { warehouses } from '../sample/warehouses.ts'
import { cloudWatch, type CloudWatch } from './cloud-watch.ts'
import type { AlarmState, AskedMetric, TemplateAlarm } from './watched-template.ts'

/** What goes wrong, for as long as a script leaves it so. */
export interface Trouble {
  /** Of the stream, in milliseconds. */
  latencyMs: number
  /** Warehouses that are down. */
  down: readonly string[]
  /** Rows that a run of reconcile finds to differ. */
  drift: number
  reconciles: boolean
  /** A run cannot read a warehouse. */
  unreadable: boolean
  versionsTie: boolean
  /** An item's own version attribute goes back. This folder's item has none: a sync of one that has. */
  versionsRegress: boolean
  /** Metrics of AWS that are not as on a normal day: by name, and by a text of their dimensions. */
  aws: Readonly<Record<string, number>>
}

const minuteMs = 60_000
const start = Date.parse('2026-03-01T00:00:00Z')

const normalDay: Trouble = {
  ...{
    latencyMs: 400,
    down: [],
    drift: 2,
    reconciles: true,
    unreadable: false,
    versionsTie: false,
    versionsRegress: false,
    aws: {},
  },
}

/** Days of the deployment, minute by minute: its functions in process, and CloudWatch with the template's alarms. */
export function watchedDay(alarms: readonly TemplateAlarm[]) {
  const clock = manualClock(new Date(start))
  const metrics = cloudWatch()
  const trouble: Trouble = { ...normalDay }
  const emitter = emfMetrics({
    service: config.service,
    write: (line) => metrics.putLine(line),
    now: () => clock.now(),
  })
  const watched = {
    targets: Object.fromEntries(
      warehouses.map(({ name }) => [name, { target: fragile(name, trouble), retry: { maxAttempts: 1 } }]),
    ),
    ...{ clock, metrics: emitter, dlq: memoryDlq(), logger: silent },
  }
  const handler = createStreamSyncHandler(defineSync(stock, watched))
  const versioned = defineItem({ schema: stock.schema, key: ['sku'], version: { attribute: 'quantity' } })
  const backwards = createStreamSyncHandler(defineSync(versioned, watched))
  const states = new Map<string, AlarmState>(alarms.map(({ name }) => [name, 'OK']))
  const wentOff = new Set<string>()
  let minutes = 0

  async function oneMinute(): Promise<void> {
    putAws(metrics, alarms, trouble, clock.now())
    const createdAt = new Date(clock.now() - trouble.latencyMs)
    const records = Array.from({ length: 5 }, (_, index) => ({ newImage: row(minutes * 5 + index), createdAt }))
    const twice = trouble.versionsTie
      ? [tied(records[0]!), tied({ ...records[0]!, newImage: row(-1, records[0]!.newImage.sku) })]
      : records
    await clock.settle(handler(streamEvent(twice)))
    if (trouble.versionsRegress)
      await clock.settle(backwards(streamEvent([{ newImage: row(1, 'back'), oldImage: row(2, 'back'), createdAt }])))
    if (minutes % 120 === 5 && trouble.reconciles)
      await clock.settle(compared(trouble, { clock, metrics: emitter, logger: silent }))
    minutes++
    await clock.advance(start + minutes * minuteMs - clock.now())
    for (const { name, periodMs, state } of alarms) {
      if ((minutes * minuteMs) % periodMs !== 0) continue
      const now = state(metrics, start + minutes * minuteMs, states.get(name)!)
      states.set(name, now)
      if (now === 'ALARM') wentOff.add(name)
    }
  }

  return {
    metrics,
    /** Lets time pass; answers which alarms went off meanwhile. */
    pass: async (count: number, change: Partial<Trouble> = {}): Promise<readonly string[]> => {
      Object.assign(trouble, normalDay, change)
      wentOff.clear()
      for (const end = minutes + count; minutes < end;) await oneMinute()
      return [...wentOff].sort()
    },
    states,
  }
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function row(index: number, sku = `sku-${index}`): Stock {
  return { sku, region: 'eu', category: 'tools', state: 'active', quantity: index }
}

/** Another write with the same number: no stream has such, and the library says so. */
function tied<Record extends object>(record: Record): Record {
  return { ...record, sequenceNumber: '900000000000000000001' }
}

function fragile(name: string, trouble: Trouble): WarehouseTarget<Stock> {
  const target = memoryTarget({ item: stock })
  return {
    ...target,
    apply: async (change, context) => {
      if (trouble.down.includes(name)) throw new TargetUnavailableError('It is down.')
      return target.apply(change, context)
    },
  }
}

async function compared({ drift, unreadable }: Trouble, observed: object) {
  const source = Array.from({ length: 50 }, (_, index) => row(index))
  const broken = async function* () {
    yield source[0]!
    throw new Error('The connection was closed.')
  }
  const names = warehouses.filter(({ kind }) => kind !== 'event-bridge').map(({ name }) => name)
  const held = names.map((name, index) => [name, index === 0 ? (unreadable ? broken() : source.slice(drift)) : source])
  return reconcile({ source, warehouses: Object.fromEntries(held) }, { ...observed, item: stock } as object)
}

/** What AWS itself tells: all is well, but for what the trouble says. */
function putAws(metrics: CloudWatch, alarms: readonly TemplateAlarm[], { aws }: Trouble, at: number): void {
  const asked = alarms.flatMap((alarm) => alarm.asked).filter(({ namespace }) => namespace.startsWith('AWS/'))
  const unique = new Map(asked.map((metric) => [JSON.stringify([metric.name, metric.dimensions]), metric]))
  for (const [text, metric] of unique) {
    const wrong = Object.entries(aws).find(([about]) => about.split(' ').every((part) => text.includes(part)))
    const value = wrong?.[1] ?? onNormalDay(metric)
    if (value !== undefined) metrics.put(metric, at, [value])
  }
}

function onNormalDay({ name }: AskedMetric): number | undefined {
  if (name === 'IteratorAge') return 700
  if (name === 'ApproximateAgeOfOldestMessage') return 3
  if (name.startsWith('Executions')) return undefined // told of runs alone that ended so
  return 0
}
