import { beforeAll, describe, expect, it } from 'vitest'
import { warehouses } from './sample/warehouses.ts'
import { awsMetrics } from './support/aws-metrics.ts'
import { settings, synthesised } from './support/synthesised.ts'
import { watchedDay, type Trouble } from './support/watched-day.ts'
import { alarmsIn, widgetMetricsIn, type AskedMetric, type TemplateAlarm } from './support/watched-template.ts'

const hours = 60

describe('Alarms and dashboard, fed by the functions', () => {
  let alarms: readonly TemplateAlarm[]
  let shown: readonly AskedMetric[]
  beforeAll(() => {
    const large = settings(({ config }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'map' } },
    }))
    const template = { Resources: synthesised(large).resources as Parameters<typeof alarmsIn>[0]['Resources'] }
    alarms = alarmsIn(template)
    shown = widgetMetricsIn(template)
  })

  /** A day that has begun well. */
  async function begun() {
    const day = watchedDay(alarms)
    await day.pass(6 * hours)
    return day
  }

  it('read no metric of the library that nobody emits, with that dimension and that statistic', async () => {
    const day = await begun()
    await day.pass(3 * hours, { down: ['berlin'], versionsTie: true, versionsRegress: true, unreadable: true })
    const read = [...alarms.flatMap(({ asked }) => asked), ...shown].filter(
      ({ namespace }) => namespace === 'StreamSync',
    )
    expect(read.length).toBeGreaterThan(25)
    const valueOf = (metric: AskedMetric) =>
      day.metrics.statistic(metric, metric.statistic, { at: 0, periodMs: Infinity, now: Infinity })
    const missing = read.filter((metric) => valueOf(metric) === undefined)
    expect(missing.map(({ name, dimensions }) => [name, dimensions])).toEqual([])
  })

  it('read of AWS what AWS documents, by its dimension, with a statistic that says something', () => {
    const read = [...alarms.flatMap(({ asked }) => asked), ...shown].filter(
      ({ namespace }) => namespace !== 'StreamSync',
    )
    for (const { namespace, name, dimensions, statistic } of read) {
      const known = awsMetrics[`${namespace} ${name}`]
      expect([name, Object.keys(dimensions), known?.statistics]).toEqual([
        name,
        [known?.dimension],
        expect.arrayContaining([statistic]),
      ])
    }
    expect(read.length).toBeGreaterThan(20)
  })

  it('are quiet on a normal day', async () => {
    const day = await begun()
    expect(await day.pass(12 * hours)).toEqual([])
  })

  const incidents: readonly (readonly [alarm: string, minutes: number, trouble: Partial<Trouble>])[] = [
    ['stream-latency', 5, { latencyMs: 8_000 }],
    ['error-rate', 10, { down: ['lyon'] }],
    ['iterator-age', 5, { aws: { IteratorAge: 90_000 } }],
    ['versions', 5, { versionsTie: true }],
    ['dead-letters', 5, { aws: { 'MessagesVisible DeadLetters': 4 } }],
    ['dead-letters-age', 5, { aws: { 'AgeOfOldest DeadLetters': 90_000 } }],
    ['failed-batches', 5, { aws: { 'MessagesVisible DeadFailedBatches': 1 } }],
    ['undelivered', 5, { aws: { 'MessagesVisible PartnersUndelivered': 1 } }],
    ['austin-queue-age', 5, { aws: { 'AgeOfOldest QueueaustinQueue': 1_700 } }],
    ['austin-undrained', 5, { aws: { 'MessagesVisible QueueaustinUndrained': 1 } }],
    ['drift', 3 * hours, { drift: 11 }],
    ['reconcile-unknown', 3 * hours, { unreadable: true }],
    ['reconcile-not-run', 3 * hours, { reconciles: false }],
    ['reconcile-failed', 5, { aws: { ExecutionsTimedOut: 1 } }],
    ['throttles', 5, { aws: { 'Throttles StreamSync': 2 } }],
    ['function-errors', 5, { aws: { 'Errors ReconcileCompare': 1 } }],
  ]

  it.each(incidents)('go off in an incident: %s', async (alarm, minutes, trouble) => {
    const day = await begun()
    expect(await day.pass(minutes, trouble)).toContain(`inventory-${alarm}`)
    await day.pass(6 * hours)
    expect(day.states.get(`inventory-${alarm}`)).toBe('OK')
  })

  it('go off where no delivery succeeds, for those that fail are deliveries too', async () => {
    const day = await begun()
    const down = warehouses.map(({ name }) => name)
    expect(await day.pass(10, { down })).toContain('inventory-error-rate')
  })

  it('have an incident each', () => {
    expect(alarms.map(({ name }) => name).sort()).toEqual(incidents.map(([alarm]) => `inventory-${alarm}`).sort())
  })
})
