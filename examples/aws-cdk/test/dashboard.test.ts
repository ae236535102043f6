import { beforeAll, describe, expect, it } from 'vitest'
import { age, functions, lineOf, ofFunction, ofService, ofTarget, templateOf, waiting } from './support/metric-lines.ts'
import { scaled } from './support/reconciles.ts'
import { widgetsIn, type Widget } from './support/watched-template.ts'

describe('The dashboard', () => {
  const names = ['berlin', 'lyon', 'austin', 'ledger', 'garden-partners']
  const comparable = ['berlin', 'lyon', 'ledger']
  const event = (name: string) => `Sum of AWS/Lambda ${name} of EventSourceMappingUUID Stream, 60 s`
  const shown: Readonly<Record<string, readonly string[]>> = {
    Alarms: [],
    'Stream latency, ms': ['p50', 'p95', 'p99'].map((statistic) => ofService(statistic, 'StreamLatency', 60)),
    'Sync time per warehouse, p95, ms': names.map((name) => ofTarget('p95', 'SyncDuration', name, 60)),
    'Error rate per warehouse, %': names.flatMap((name) =>
      ['Deliveries', 'DeliveryFailures'].map((metric) => ofTarget('Sum', metric, name, 300)),
    ),
    'Dead letters': ['DeadLetters', 'DeadFailedBatches', 'PartnersUndelivered'].map(waiting),
    'Age of the oldest dead letter, s': [age('DeadLetters')],
    "Age in the warehouses' own queues, s": [age('QueueaustinQueue')],
    'Drift, rows': comparable.map((name) => ofTarget('Sum', 'Drift', name, 3_600)),
    'Accuracy, %': comparable.map((name) => ofTarget('Minimum', 'AccuracyPercent', name, 3_600)),
    'Rows compared': [ofService('Sum', 'ReconcileRows', 3_600)],
    'Concurrency: 5 shards × 10': [
      ofFunction('Maximum', 'ConcurrentExecutions', 'StreamSync', 300),
      ofFunction('Sum', 'Throttles', 'StreamSync', 60),
    ],
    'Events of the stream': ['PolledEventCount', 'InvokedEventCount', 'FilteredOutEventCount'].map(event),
    'Iterator age, ms, and errors': [
      ofFunction('Maximum', 'IteratorAge', 'StreamSync', 300),
      ...functions.map((one) => ofFunction('Sum', 'Errors', one, 300)),
    ],
  }
  let widgets: Readonly<Record<string, Widget>>
  beforeAll(() => {
    widgets = Object.fromEntries(widgetsIn(templateOf(scaled('map'))).map((widget) => [widget.title, widget]))
  })

  it.each(Object.entries(shown))('shows %s', (title, metrics) => {
    expect(widgets[title]?.metrics.map(lineOf)).toEqual(metrics)
  })

  it('is these graphs', () => {
    expect(Object.keys(widgets)).toEqual(Object.keys(shown))
  })

  it('shows failures as a share of the deliveries, warehouse by warehouse', () => {
    const rates = names
      .map((name) => name.replace('-', '_'))
      .map((name) => `IF(deliveries_${name} > 0, 100 * FILL(failures_${name}, 0) / deliveries_${name}, 0)`)
    expect(widgets['Error rate per warehouse, %']?.expressions).toEqual(rates)
  })

  it('shows where alarms begin, and how many executions there may be', () => {
    const lines = Object.entries(widgets).filter(([, widget]) => widget.lines.length > 0)
    expect(Object.fromEntries(lines.map(([title, widget]) => [title, widget.lines]))).toEqual({
      'Stream latency, ms': [{ value: 5_000, label: 'alarm' }],
      'Error rate per warehouse, %': [{ value: 1, label: 'alarm' }],
      'Drift, rows': [{ value: 10, label: 'alarm' }],
      'Concurrency: 5 shards × 10': [
        { value: 50, label: 'reserved' },
        { value: 50, label: 'shards × factor' },
      ],
    })
  })

  it('shows the state of every alarm', () => {
    const ids = Object.keys(scaled('map').template.findResources('AWS::CloudWatch::Alarm'))
    expect([...widgets['Alarms']!.alarms].sort()).toEqual(ids.map((id) => `${id}.Arn`).sort())
  })

  it('has no graphs of reconcile where it is off', () => {
    const titles = widgetsIn(templateOf(scaled('off'))).map(({ title }) => title)
    expect(titles).toEqual(Object.keys(shown).filter((title) => !/^(Drift|Accuracy|Rows)/.test(title)))
  })
})
