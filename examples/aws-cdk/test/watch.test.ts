import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { config } from './sample/config.ts'
import { age, functions, lineOf, named, ofFunction, ofService, templateOf, waiting } from './support/metric-lines.ts'
import { scaled } from './support/reconciles.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'
import { alarmsIn, type TemplateAlarm } from './support/watched-template.ts'

interface Told {
  readonly AlarmName: string
  readonly AlarmDescription: string
  readonly AlarmActions: readonly unknown[]
  readonly OKActions: readonly unknown[]
}

const sum = (count: number) => Array.from({ length: count }, (_, index) => `FILL(m${index}, 0)`).join(' + ')
const once = '1 of 1, missing: notBreaching'
const oneMinute = '1 of 5, missing: notBreaching'
const expected: Readonly<
  Record<string, readonly [condition: string, metrics: readonly string[], expression?: string]>
> = {
  'stream-latency': ['> 5000, 3 of 5, missing: notBreaching', [ofService('p95', 'StreamLatency', 60)]],
  'error-rate': [
    `> 1, ${once}`,
    [ofService('Sum', 'Deliveries', 300), ofService('Sum', 'DeliveryFailures', 300)],
    'IF(deliveries > 0, 100 * FILL(failures, 0) / deliveries, 0)',
  ],
  'iterator-age': ['> 60000, 3 of 5, missing: notBreaching', [ofFunction('Maximum', 'IteratorAge', 'StreamSync', 60)]],
  versions: [
    `> 0, ${oneMinute}`,
    [ofService('Sum', 'VersionConflicts', 60), ofService('Sum', 'VersionRegressed', 60)],
    sum(2),
  ],
  'dead-letters': [`> 0, ${once}`, [waiting('DeadLetters')]],
  'dead-letters-age': [`> 86400, ${once}`, [age('DeadLetters')]],
  'failed-batches': [`> 0, ${once}`, [waiting('DeadFailedBatches')]],
  undelivered: [`> 0, ${once}`, [waiting('PartnersUndelivered')]],
  'austin-queue-age': [`> 1674, ${once}`, [age('QueueaustinQueue')]],
  'austin-undrained': [`> 0, ${once}`, [waiting('QueueaustinUndrained')]],
  drift: ['> 10, 1 of 1, missing: ignore', [ofService('Sum', 'Drift', 3_600)]],
  'reconcile-unknown': ['> 0, 1 of 1, missing: ignore', [ofService('Maximum', 'ReconcileUnknown', 3_600)]],
  'reconcile-not-run': ['< 1, 3 of 3, missing: breaching', [ofService('SampleCount', 'ReconcileRows', 3_600)], sum(1)],
  'reconcile-failed': [
    `> 0, ${oneMinute}`,
    ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map(
      (name) => `Sum of AWS/States ${name} of StateMachineArn ReconcileMachine, 60 s`,
    ),
    sum(3),
  ],
  throttles: [`> 0, ${oneMinute}`, functions.map((one) => ofFunction('Sum', 'Throttles', one, 60)), sum(5)],
  'function-errors': [`> 0, ${oneMinute}`, functions.map((one) => ofFunction('Sum', 'Errors', one, 60)), sum(5)],
}

describe('Alarms', () => {
  let stack: Synthesised
  let alarms: readonly TemplateAlarm[]
  beforeAll(() => {
    stack = scaled('map')
    alarms = alarmsIn(templateOf(stack))
  })

  it.each(Object.entries(expected))('watch what they are to watch: %s', (id, [condition, metrics, expression]) => {
    const [alarm] = alarms.filter(({ name }) => name === `inventory-${id}`)
    expect([alarm?.condition, alarm?.expression]).toEqual([condition, expression])
    expect(alarm?.asked.map(lineOf)).toEqual(metrics)
  })

  it('are these, and all functions are watched', () => {
    expect(alarms.map(({ name }) => name).sort()).toEqual(
      Object.keys(expected)
        .map((id) => `inventory-${id}`)
        .sort(),
    )
    const made = Object.keys(stack.template.findResources('AWS::Lambda::Function'))
    expect(made.map(named).sort()).toEqual([...functions].sort())
  })

  it('follow the settings of reconcile', () => {
    const given = settings(({ config }) => ({
      config: { ...config, reconcile: { ...config.reconcile, everyHours: 6, driftThreshold: 25 } },
    }))
    const conditions = alarmsIn(templateOf(synthesised(given))).map(({ name, condition }) => [name, condition])
    expect(Object.fromEntries(conditions)).toMatchObject({
      'inventory-drift': '> 25, 1 of 1, missing: ignore',
      'inventory-reconcile-not-run': '< 1, 7 of 7, missing: breaching',
    })
  })

  it('watch every function of many, ten by one alarm', () => {
    const queued = (index: number) => ({ ...settings().warehouses[2]!, name: `slow-${index}` })
    const many = settings(({ warehouses }) => ({
      warehouses: [...warehouses, ...Array.from({ length: 9 }, (_, index) => queued(index))],
    }))
    const made = alarmsIn(templateOf(synthesised(many)))
    const counts = ['throttles', 'throttles-2', 'function-errors', 'function-errors-2'].map(
      (id) => made.find(({ name }) => name === `inventory-${id}`)?.asked.length,
    )
    expect(counts).toEqual([10, 3, 10, 3])
  })

  it('name a runbook that is there, and tell the topic when they begin and when they end', () => {
    const topic = { Ref: stack.one('AWS::SNS::Topic', 'WatchAlarms').id }
    const told = Object.values(stack.template.findResources('AWS::CloudWatch::Alarm'))
    expect(told.length).toBe(16)
    for (const { Properties } of told) {
      const { AlarmName, AlarmDescription, AlarmActions, OKActions } = Properties as Told
      const [, file] = /^[A-Z].+\. What to do: (\S+)$/.exec(AlarmDescription) ?? []
      expect([AlarmName, file?.startsWith(`${config.runbooks}/`)]).toEqual([AlarmName, true])
      expect([file, existsSync(new URL(`../runbooks/${file?.split('/').at(-1)}`, import.meta.url))]).toEqual([
        file,
        true,
      ])
      expect([AlarmActions, OKActions]).toEqual([[topic], [topic]])
    }
  })

  it('may publish to their topic', () => {
    const { Properties } = stack.one('AWS::SNS::TopicPolicy', 'WatchAlarms')
    expect(Properties['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([
        {
          Sid: 'AllowAlarms',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: { Ref: stack.one('AWS::SNS::Topic', 'WatchAlarms').id },
          Condition: { StringEquals: { 'aws:SourceAccount': config.account } },
        },
      ]),
    })
  })
})
