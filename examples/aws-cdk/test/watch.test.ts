import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { config } from './sample/config.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

interface AlarmProperties {
  readonly AlarmName: string
  readonly AlarmDescription: string
  readonly Threshold: number
  readonly ComparisonOperator: string
  readonly TreatMissingData: string
  readonly AlarmActions: readonly unknown[]
  readonly OKActions: readonly unknown[]
  readonly [property: string]: unknown
}

function alarmsOf({ template }: Synthesised): Readonly<Record<string, AlarmProperties>> {
  const found = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
  const alarms = found.map(({ Properties }) => Properties as AlarmProperties)
  return Object.fromEntries(alarms.map((alarm) => [alarm.AlarmName.replace('inventory-', ''), alarm]))
}

const library = { Namespace: 'StreamSync', Dimensions: [{ Name: 'Service', Value: 'inventory' }] }

describe('Alarms', () => {
  let stack: Synthesised
  let alarms: Readonly<Record<string, AlarmProperties>>
  beforeAll(() => {
    stack = synthesised()
    alarms = alarmsOf(stack)
  })

  it('watch the delay of the stream: its p95 above five seconds', () => {
    expect(alarms['stream-latency']).toMatchObject({
      ...library,
      MetricName: 'StreamLatency',
      ExtendedStatistic: 'p95',
      Period: 60,
      Threshold: 5_000,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
    })
  })

  it('watch the share of deliveries that fail: above one in a hundred', () => {
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: { Metric: { ...library, MetricName }, Period: 300, Stat: 'Sum' },
      ReturnData: false,
    })
    expect(alarms['error-rate']).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' })
    expect(alarms['error-rate']?.['Metrics']).toEqual([
      expect.objectContaining({ Expression: 'IF(deliveries > 0, 100 * FILL(failures, 0) / deliveries, 0)' }),
      metric('deliveries', 'Deliveries'),
      metric('failures', 'DeliveryFailures'),
    ])
  })

  it('watch how far the function is behind its stream', () => {
    expect(alarms['iterator-age']).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Statistic: 'Maximum',
      Threshold: 60_000,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: stack.one('AWS::Lambda::Function', 'StreamSync').id } }],
    })
  })

  it('watch the dead letters: how many, and how old', () => {
    const QueueName = { 'Fn::GetAtt': [stack.one('AWS::SQS::Queue', 'DeadLetters').id, 'QueueName'] }
    const letters = {
      Namespace: 'AWS/SQS',
      Dimensions: [{ Name: 'QueueName', Value: QueueName }],
      Statistic: 'Maximum',
    }
    expect(alarms['dead-letters']).toMatchObject({
      ...letters,
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
    })
    expect(alarms['dead-letters-age']).toMatchObject({
      ...letters,
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 86_400,
    })
  })

  it.each(['failed-batches', 'undelivered', 'austin-undrained'])('watch the last queue behind it: %s', (id) => {
    expect(alarms[id]).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      Statistic: 'Maximum',
    })
  })

  it("watch how long changes wait in a warehouse's own queue", () => {
    expect(alarms['austin-queue-age']).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 1_674 })
  })

  it('watch what reconcile found, and that it could tell', () => {
    expect(alarms['drift']).toMatchObject({
      ...library,
      MetricName: 'Drift',
      Statistic: 'Sum',
      Period: 3_600,
      Threshold: 10,
      TreatMissingData: 'ignore',
    })
    expect(alarms['reconcile-unknown']).toMatchObject({
      ...library,
      MetricName: 'ReconcileUnknown',
      Statistic: 'Maximum',
      Threshold: 0,
    })
  })

  it('watch that reconcile runs at all', () => {
    expect(alarms['reconcile-not-run']).toMatchObject({
      Metrics: [
        { Expression: 'FILL(m0, 0)' },
        { MetricStat: { Metric: { ...library, MetricName: 'ReconcileRows' }, Stat: 'SampleCount', Period: 3_600 } },
      ],
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
  })

  it('watch the versions', () => {
    expect(JSON.stringify(alarms['versions'])).toContain('"VersionConflicts"')
    expect(JSON.stringify(alarms['versions'])).toContain('"VersionRegressed"')
  })

  it.each([
    ['throttles', 'Throttles'],
    ['function-errors', 'Errors'],
  ])('watch every function: %s', (id, metric) => {
    const functions = Object.keys(stack.template.findResources('AWS::Lambda::Function'))
    const seen = (alarms[id]?.['Metrics'] as readonly any[]).flatMap(({ MetricStat: stat }) =>
      stat?.Metric.MetricName === metric ? [stat.Metric.Dimensions[0].Value.Ref] : [],
    )
    expect(seen.sort()).toEqual(functions.sort())
    expect(alarms[id]).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' })
  })

  it('watch every function of many, ten by one alarm', () => {
    const queued = (index: number) => ({ ...settings().warehouses[2]!, name: `slow-${index}` })
    const many = settings(({ warehouses }) => ({
      warehouses: [...warehouses, ...Array.from({ length: 9 }, (_, index) => queued(index))],
    }))
    const found = alarmsOf(synthesised(many))
    const counts = ['throttles', 'throttles-2', 'function-errors', 'function-errors-2'].map(
      (id) =>
        (found[id]?.['Metrics'] as readonly { readonly MetricStat?: unknown }[]).filter((one) => one.MetricStat).length,
    )
    expect(counts).toEqual([10, 3, 10, 3])
  })

  it('watch the runs of a large catalogue', () => {
    const large = settings(({ config }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'map' } },
    }))
    expect(JSON.stringify(alarmsOf(synthesised(large))['reconcile-failed'])).toContain('"ExecutionsFailed"')
  })

  it('name a runbook that is there, and tell the topic when they begin and when they end', () => {
    const topic = { Ref: stack.one('AWS::SNS::Topic', 'WatchAlarms').id }
    expect(Object.keys(alarms).length).toBeGreaterThanOrEqual(15)
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of Object.values(alarms)) {
      const [, file] = /What to do: (\S+)$/.exec(AlarmDescription) ?? []
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

describe('The dashboard', () => {
  let body: string
  beforeAll(() => {
    body = JSON.stringify(synthesised().one('AWS::CloudWatch::Dashboard').Properties['DashboardBody'])
  })

  it.each([
    'Stream latency, ms',
    'Sync time per warehouse, p95, ms',
    'Error rate per warehouse, %',
    'Dead letters',
    'Drift, rows',
    'Concurrency: 5 shards × 10',
    'Events of the stream',
  ])('shows %s', (title) => {
    expect(body).toContain(title)
  })

  it('shows each warehouse by its name', () => {
    for (const name of ['berlin', 'lyon', 'austin', 'ledger', 'garden-partners'])
      expect(body).toContain(
        String.raw`\"StreamSync\",\"SyncDuration\",\"Service\",\"inventory\",\"Target\",\"${name}\"`,
      )
  })
})
