import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

const scaled = (scale: 'off' | 'function' | 'map' | 'athena') =>
  synthesised(settings(({ config }) => ({ config: { ...config, reconcile: { ...config.reconcile, scale } } })))

/** The steps of the only state machine, with references as `<id>`. */
function stepsOf({ one }: Synthesised): { readonly StartAt: string; readonly States: Readonly<Record<string, any>> } {
  const { DefinitionString: definition } = one('AWS::StepFunctions::StateMachine').Properties
  const [, parts] = (definition as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join']
  const text = parts.map((part) => (typeof part === 'string' ? part : `<${JSON.stringify(part).replaceAll('"', "'")}>`))
  return JSON.parse(text.join('')) as ReturnType<typeof stepsOf>
}

describe('Reconcile', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = scaled('function')
  })

  it('runs every two hours; a start that fails is tried again, and seen in a queue', () => {
    const compare = stack.one('AWS::Lambda::Function', 'ReconcileCompare')
    expect(stack.one('AWS::Scheduler::Schedule').Properties).toMatchObject({
      ScheduleExpression: 'rate(2 hours)',
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [compare.id, 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3_600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [stack.one('AWS::SQS::Queue', 'PartnersUndelivered').id, 'Arn'] } },
      },
    })
  })

  it('has a lock table, where two runs meet that would repair at once', () => {
    const locks = stack.one('AWS::DynamoDB::GlobalTable', 'ReconcileLocks')
    expect(locks.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    })
    expect(stack.one('AWS::Lambda::Function', 'ReconcileCompare').Properties).toMatchObject({
      Timeout: 900,
      Environment: { Variables: { LOCK_TABLE: { Ref: locks.id } } },
    })
  })

  it('keeps reports for ninety days in a bucket that nobody reads but by a role', () => {
    const { Properties, DeletionPolicy, id } = stack.one('AWS::S3::Bucket', 'ReconcileReports')
    expect(DeletionPolicy).toBe('Retain')
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LoggingConfiguration: { DestinationBucketName: { Ref: stack.one('AWS::S3::Bucket', 'ReconcileAccessLogs').id } },
      LifecycleConfiguration: {
        Rules: expect.arrayContaining([
          expect.objectContaining({ Prefix: 'reports/', ExpirationInDays: 90, Status: 'Enabled' }),
          expect.objectContaining({ Prefix: 'parts/', ExpirationInDays: 7 }),
        ]),
      },
    })
    stack.template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })

  it('sends its summary to a topic that takes it by TLS alone', () => {
    const summaries = stack.one('AWS::SNS::Topic', 'ReconcileSummaries')
    expect(stack.one('AWS::Lambda::Function', 'ReconcileCompare').Properties).toMatchObject({
      Environment: { Variables: { TOPIC_ARN: { Ref: summaries.id } } },
    })
    stack.template.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: { Ref: summaries.id },
      Protocol: 'email',
      Endpoint: 'stock-on-call@example.com',
    })
    stack.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: summaries.id }],
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 'sns:Publish' })]) },
    })
  })

  it('reads the table and the warehouses, and how far the stream is behind', () => {
    const policy = JSON.stringify(stack.one('AWS::IAM::Policy', 'ReconcileCompare').Properties['PolicyDocument'])
    expect(policy).toContain('"dynamodb:Scan"')
    expect(policy).toContain('"cloudwatch:GetMetricData"')
    expect(policy).toContain('"lambda:GetEventSourceMapping"')
  })

  it('may list its bucket: else S3 answers 403 for the place of the first run, which is not there yet', () => {
    const { id } = stack.one('AWS::S3::Bucket', 'ReconcileReports')
    const { PolicyDocument: policy } = stack.one('AWS::IAM::Policy', 'ReconcileCompare').Properties
    expect((policy as { readonly Statement: readonly unknown[] }).Statement).toContainEqual({
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
    })
  })
})

describe('Reconcile of a large catalogue', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = scaled('map')
  })

  it('is a Distributed Map over sixteen shares of the keys, whose reports are merged', () => {
    const { StartAt: first, States: states } = stepsOf(stack)
    expect(states[first]).toMatchObject({ Type: 'Pass', Next: 'EachShare', ResultPath: '$.shares' })
    expect(states[first].Result).toEqual(Array.from({ length: 16 }, (_, index) => ({ index, count: 16 })))
    expect(states['EachShare']).toMatchObject({
      Type: 'Map',
      ItemsPath: '$.shares',
      MaxConcurrency: 8,
      ItemSelector: { 'run.$': '$$.Execution.Name', 'partition.$': '$$.Map.Item.Value' },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      Next: 'MergeReports',
    })
    const compare = stack.one('AWS::Lambda::Function', 'ReconcileCompare').id
    expect(states['EachShare'].ItemProcessor.States.CompareShare.Resource).toContain(compare)
    expect(states['MergeReports']).toMatchObject({ Parameters: { 'run.$': '$$.Execution.Name', count: 16 }, End: true })
  })

  it('is started by the same schedule, logged and traced', () => {
    const machine = stack.one('AWS::StepFunctions::StateMachine')
    expect(stack.one('AWS::Scheduler::Schedule').Properties).toMatchObject({
      ScheduleExpression: 'rate(2 hours)',
      Target: { Arn: { Ref: machine.id } },
    })
    expect(machine.Properties).toMatchObject({
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    })
  })
})

describe('Reconcile by exports', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = scaled('athena')
  })

  it('exports the table and the warehouses that are tables, compares them by one statement, and judges what differs', () => {
    const { StartAt: first, States: states } = stepsOf(stack)
    expect(states[first].Result).toEqual([
      { tableArn: expect.stringContaining('InventoryTable') as string, prefix: 'exports/inventory-table' },
      { tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/stock-ledger', prefix: 'exports/ledger' },
    ])
    const { Export, LookAtExport, IsExportThere } = states['ExportEach'].ItemProcessor.States
    expect(Export).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime',
      Parameters: { 'TableArn.$': '$.tableArn', 'S3Prefix.$': '$.prefix', ExportFormat: 'DYNAMODB_JSON' },
    })
    expect(LookAtExport.Resource).toBe('arn:aws:states:::aws-sdk:dynamodb:describeExport')
    expect(IsExportThere.Choices.map(({ StringEquals }: { StringEquals: string }) => StringEquals)).toEqual([
      'COMPLETED',
      'FAILED',
    ])
    expect(states['Compare exports']).toMatchObject({
      Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
      Parameters: { WorkGroup: 'inventory-sync', QueryExecutionContext: { Database: 'inventory_sync' } },
      Next: 'JudgeSuspects',
    })
    expect(states['JudgeSuspects'].Parameters).toEqual({ 'query.$': '$.query.QueryExecution.QueryExecutionId' })
  })

  it('hands the statement over with the export of each place', () => {
    const { 'QueryString.$': query } = stepsOf(stack).States['Compare exports'].Parameters as Readonly<
      Record<string, string>
    >
    expect(query).toMatch(/^States\.Format\('WITH given AS \( SELECT /)
    expect(query).toMatch(/, \$\.exports\[0\]\.id, \$\.exports\[1\]\.id\)$/)
    expect(query!.split('{}').length - 1).toBe(2)
  })

  it('hands braces in settings over as they are: they are no places of exports', () => {
    const braced = synthesised(
      settings(({ config, warehouses }) => ({
        config: {
          ...config,
          sync: { ...config.sync, only: { attribute: 'state', value: "{}o'k" } },
          reconcile: { ...config.reconcile, scale: 'athena' },
        },
        warehouses: warehouses.map((one) =>
          one.kind === 'dynamodb' ? { ...one, where: String.raw`regexp_like(sku, '^\d{3}')` } : one,
        ),
      })),
    )
    const { 'QueryString.$': query } = stepsOf(braced).States['Compare exports'].Parameters as Readonly<
      Record<string, string>
    >
    const [, template = ''] =
      /^States\.Format\('([^]*)', \$\.exports\[0\]\.id, \$\.exports\[1\]\.id\)$/.exec(query!) ?? []
    expect(template.match(/(?<!\\)\{\}/g)).toHaveLength(2)
    const sql = template.replaceAll(/\\([\\'{}])/g, '$1') // as Step Functions reads it
    expect(sql).toContain(`"state".s = '{}o''k'`)
    expect(sql).toContain(String.raw`regexp_like(sku, '^\d{3}')`)
  })

  it('has a table over the exports of each place, each export a partition that needs no adding', () => {
    const tables = Object.values(stack.template.findResources('AWS::Glue::Table')).map(
      ({ Properties }) => (Properties as { readonly TableInput: any }).TableInput,
    )
    expect(tables.map(({ Name }) => Name).sort()).toEqual(['stock_inventory_table', 'stock_ledger'])
    for (const table of tables) {
      expect(table.Parameters['projection.export.type']).toBe('injected')
      expect(table.StorageDescriptor.Columns).toEqual([
        {
          Name: 'item',
          Type: 'struct<sku:struct<S:string>,region:struct<S:string>,category:struct<S:string>,state:struct<S:string>,quantity:struct<N:string>,_removed:struct<BOOL:boolean>>',
        },
      ])
    }
  })

  it('compares the other warehouses by one function, as before', () => {
    expect(Object.keys(stack.template.findResources('AWS::Scheduler::Schedule')).length).toBe(2)
    expect(stack.one('AWS::Lambda::Function', 'ReconcileCompare').Properties).toMatchObject({
      Environment: { Variables: { COMPARED: 'berlin,lyon' } },
    })
    expect(stack.one('AWS::Lambda::Function', 'ReconcileJudge').Properties).toMatchObject({
      Environment: { Variables: { COMPARED: 'ledger' } },
    })
  })
})

describe('Reconcile that is off', () => {
  it('leaves nothing of it in the deployment, no alarm either', () => {
    const { resources } = scaled('off')
    expect(Object.keys(resources).filter((id) => id.startsWith('Reconcile'))).toEqual([])
    expect(JSON.stringify(resources)).not.toContain('inventory-reconcile-not-run')
  })
})
