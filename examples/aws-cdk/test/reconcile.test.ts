import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { scaled, stepsOf } from './support/reconciles.ts'
import type { Synthesised } from './support/synthesised.ts'

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
        Input: '{}',
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
      MemorySize: 1_024,
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
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LoggingConfiguration: { DestinationBucketName: { Ref: stack.one('AWS::S3::Bucket', 'ReconcileAccessLogs').id } },
      LifecycleConfiguration: {
        Rules: [
          { Prefix: 'reports/', ExpirationInDays: 90, Status: 'Enabled' },
          ...['parts/', 'exports/', 'athena/'].map((Prefix) => ({ Prefix, ExpirationInDays: 7, Status: 'Enabled' })),
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
        ],
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
    const idOf = (name: string) => stack.one('AWS::Lambda::Function', name).id
    expect(states['EachShare'].ItemProcessor.States.CompareShare.Resource).toContain(idOf('ReconcileCompare'))
    expect(states['MergeReports']).toMatchObject({ Parameters: { 'run.$': '$$.Execution.Name', count: 16 }, End: true })
    expect(states['MergeReports'].Resource).toContain(idOf('ReconcileMerge'))
  })

  it('fails where one share fails, and ends before the next run begins', () => {
    const { States: states, TimeoutSeconds: seconds } = stepsOf(stack)
    const tolerated = Object.keys(states['EachShare']).filter((name) => name.startsWith('Tolerated'))
    expect([tolerated, states['EachShare'].Catch, seconds]).toEqual([[], undefined, 7_200])
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
    expect(stack.one('AWS::Logs::LogGroup', 'ReconcileMachine').Properties).toMatchObject({ RetentionInDays: 30 })
  })
})

describe('Reconcile that is off', () => {
  it('leaves nothing of it in the deployment, no alarm either', () => {
    const { resources } = scaled('off')
    expect(Object.keys(resources).filter((id) => id.startsWith('Reconcile'))).toEqual([])
    expect(JSON.stringify(resources)).not.toContain('inventory-reconcile-not-run')
  })
})
