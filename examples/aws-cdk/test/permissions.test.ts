import { beforeAll, describe, expect, it } from 'vitest'
import { permissionsOf } from './support/permissions.ts'
import { settings, synthesised } from './support/synthesised.ts'

type Permissions = ReturnType<typeof permissionsOf>

const scaled = (scale: 'function' | 'map' | 'athena') =>
  permissionsOf(
    synthesised(settings(({ config }) => ({ config: { ...config, reconcile: { ...config.reconcile, scale } } }))),
  )

const secrets = (...names: readonly string[]) =>
  `secretsmanager:GetSecretValue on ${names.map((name) => `secretsmanager:secret:inventory/${name}-??????`).join(' ')}`
const traced = 'xray:PutTelemetryRecords xray:PutTraceSegments on *'
const tracedAndLag = `cloudwatch:GetMetricData ${traced}`
const logged = (name: string) => `logs:CreateLogStream logs:PutLogEvents on ${name}Logs`
const takesFrom = (queue: string) =>
  `sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage on ${queue}`
const sendsTo = (queues: string) => `sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage on ${queues}`
const readsItems = 'dynamodb:BatchGetItem dynamodb:GetItem on InventoryTable'
const writesLedger = 'dynamodb:GetItem dynamodb:PutItem on dynamodb:table/stock-ledger'
const comparesLedger =
  'dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:Scan on dynamodb:table/stock-ledger'
const sendsEvents = 'events:DescribeEventBus events:PutEvents on PartnersBus'
const keepsReports = [
  's3:GetObject s3:PutObject on ReconcileReports/parts/* ReconcileReports/reports/* ReconcileReports/state/*',
  's3:ListBucket on ReconcileReports',
  'sns:Publish on ReconcileSummaries',
]
const reconciles = [
  tracedAndLag,
  'dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Scan on InventoryTable',
  'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem on ReconcileLocks',
  'lambda:GetEventSourceMapping on lambda:event-source-mapping:Stream',
  sendsTo('DeadLetters'),
  ...keepsReports,
]
const starts = (runner: string) => [runner, 'sqs:SendMessage on PartnersUndelivered']

/** By role, and nothing else. */
function expectToBe(permissions: Permissions, expected: Permissions): void {
  const sorted = Object.entries(expected).map(([role, lines]) => [role, [...lines].sort()])
  expect(permissions).toEqual(Object.fromEntries(sorted))
}

const always: Permissions = {
  StreamSyncRole: [
    ...[logged('StreamSync'), traced, secrets('berlin', 'lyon'), writesLedger, sendsEvents],
    sendsTo('DeadFailedBatches DeadLetters QueueaustinQueue'),
    'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator on InventoryTable.StreamArn',
    'dynamodb:ListStreams on InventoryTable/stream/*',
  ],
  RedriveRedriveRole: [
    ...[logged('RedriveRedrive'), traced, secrets('austin', 'berlin', 'lyon'), writesLedger, sendsEvents],
    ...[readsItems, takesFrom('DeadLetters')],
  ],
  QueueaustinDrainRole: [
    ...[logged('QueueaustinDrain'), traced, secrets('austin'), readsItems, takesFrom('QueueaustinQueue')],
  ],
}

describe('Roles may do what their function does, and nothing else', () => {
  it('where one function reconciles', () => {
    expectToBe(scaled('function'), {
      ...always,
      ReconcileCompareRole: [logged('ReconcileCompare'), secrets('berlin', 'lyon'), comparesLedger, ...reconciles],
      ReconcileScheduleRole: starts('lambda:InvokeFunction on ReconcileCompare ReconcileCompare:*'),
    })
  })

  it('where many do', () => {
    const { ReconcileMachineRole: machine = [], ...others } = scaled('map')
    expectToBe(others, {
      ...always,
      ReconcileCompareRole: [logged('ReconcileCompare'), secrets('berlin', 'lyon'), comparesLedger, ...reconciles],
      ReconcileMergeRole: [logged('ReconcileMerge'), traced, ...keepsReports],
      ReconcileScheduleRole: starts('states:StartExecution on ReconcileMachine'),
    })
    expect(machine).toContain(
      'lambda:InvokeFunction on ReconcileCompare ReconcileCompare:* ReconcileMerge ReconcileMerge:*',
    )
    expect(machine.filter((line) => /^\w+:\w/.test(line) && !/^(lambda|states|logs)/.test(line))).toEqual([])
  })

  describe('where Athena compares exports', () => {
    let permissions: Permissions
    beforeAll(() => {
      permissions = scaled('athena')
    })

    it('by the functions', () => {
      const { ReconcileMachineRole: _, ...others } = permissions
      expectToBe(others, {
        ...always,
        ReconcileCompareRole: [logged('ReconcileCompare'), secrets('berlin', 'lyon'), ...reconciles],
        ReconcileJudgeRole: [
          ...[logged('ReconcileJudge'), comparesLedger, ...reconciles],
          'athena:GetQueryResults on athena:workgroup/inventory-sync',
          's3:GetObject on ReconcileReports/athena/*',
        ],
        ReconcileScheduleRole: starts('states:StartExecution on ReconcileMachine'),
        ReconcileOthersScheduleRole: starts('lambda:InvokeFunction on ReconcileCompare ReconcileCompare:*'),
      })
    })

    it('by the state machine', () => {
      const traces = /^logs:CreateLogDelivery .* xray:PutTraceSegments on \*$/
      const own = permissions['ReconcileMachineRole']?.filter((line) => !traces.test(line))
      expect(own).toEqual(
        [
          'athena:GetQueryExecution athena:StartQueryExecution athena:StopQueryExecution on athena:workgroup/inventory-sync',
          'dynamodb:DescribeExport on InventoryTable/export/* dynamodb:table/stock-ledger/export/*',
          'dynamodb:ExportTableToPointInTime on InventoryTable dynamodb:table/stock-ledger',
          'glue:GetDatabase glue:GetPartitions glue:GetTable on glue:catalog glue:database/inventory_sync glue:table/inventory_sync/stock_inventory_table glue:table/inventory_sync/stock_ledger',
          'lambda:InvokeFunction on ReconcileJudge ReconcileJudge:*',
          's3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on ReconcileReports/athena/*',
          's3:AbortMultipartUpload s3:PutObject s3:PutObjectAcl on ReconcileReports/exports/inventory-table/* ReconcileReports/exports/ledger/*',
          's3:GetBucketLocation s3:ListBucket on ReconcileReports',
          's3:GetObject on ReconcileReports/exports/*',
        ].sort(),
      )
    })
  })

  it('within a network: its interfaces too', () => {
    const network = { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] }
    const inside = permissionsOf(synthesised(settings(({ config }) => ({ config: { ...config, network } }))))
    for (const role of Object.keys(always))
      expect([role, ...inside[role]!].join()).toMatch(/ec2:CreateNetworkInterface ec2:DeleteNetworkInterface .* on \*/)
  })
})
