import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { worstCaseMs } from '../lib/config/worst-case.ts'
import { config } from './sample/config.ts'
import { warehouses } from './sample/warehouses.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

const fortnight = 1_209_600

describe('Queues', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('keep every message for 14 days, encrypted, and survive the stack', () => {
    const queues = Object.entries(stack.resources).filter(([, { Type }]) => Type === 'AWS::SQS::Queue')
    expect(queues.length).toBe(6)
    for (const [id, { Properties, DeletionPolicy }] of queues) {
      expect({ id, ...Properties }).toMatchObject({ id, MessageRetentionPeriod: fortnight, SqsManagedSseEnabled: true })
      expect([id, DeletionPolicy]).toEqual([id, 'Retain'])
    }
  })

  it('are reached by TLS alone', () => {
    const queues = Object.keys(stack.template.findResources('AWS::SQS::Queue'))
    for (const id of queues)
      stack.template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 'sqs:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      })
  })

  it('are encrypted with the key of the deployment where it has one', () => {
    const own = synthesised(settings(({ config }) => ({ config: { ...config, customerManagedKey: true } })))
    const key = own.one('AWS::KMS::Key')
    expect(key.Properties['EnableKeyRotation']).toBe(true)
    for (const { Properties } of Object.values(
      own.template.findResources('AWS::SQS::Queue'),
    ) as Synthesised['resources'][string][])
      expect(Properties['KmsMasterKeyId']).toEqual({ 'Fn::GetAtt': [key.id, 'Arn'] })
  })
})

describe('Redrive', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('is off, until a parameter of the stack switches it on', () => {
    expect(stack.template.findParameters('RedriveEnabled')).toMatchObject({
      RedriveEnabled: { Default: 'false', AllowedValues: ['true', 'false'] },
    })
    const { Properties } = stack.one('AWS::Lambda::EventSourceMapping', 'Redrive')
    const { 'Fn::If': [condition, on, off] = [] } = Properties['Enabled'] as { readonly 'Fn::If'?: readonly unknown[] }
    expect([on, off]).toEqual([true, false])
    expect(stack.template.findConditions(String(condition))).toMatchObject({
      [String(condition)]: { 'Fn::Equals': [{ Ref: 'RedriveEnabled' }, 'true'] },
    })
  })

  it('takes letters from the dead-letter queue, gently, and gives back what fails', () => {
    expect(stack.one('AWS::Lambda::EventSourceMapping', 'Redrive').Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [stack.one('AWS::SQS::Queue', 'DeadLetters').id, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: stack.one('AWS::Lambda::Function', 'Redrive').id },
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 2 },
    })
  })

  it('has the time for ten letters, one by one, which is a sixth of the time that a letter is hidden', () => {
    const { Timeout } = stack.one('AWS::Lambda::Function', 'Redrive').Properties
    const round = worstCaseMs(1, warehouses, 0) - worstCaseMs(0, warehouses, 0)
    const worstMs = worstCaseMs(0, warehouses, config.sync.deadlineMarginMs) + 10 * round
    expect(Timeout).toBe(Math.ceil((1.1 * worstMs) / 1_000))
    expect(stack.one('AWS::SQS::Queue', 'DeadLetters').Properties['VisibilityTimeout']).toBe(6 * Number(Timeout))
  })
})

describe("A warehouse's own queue", () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('is a FIFO queue with a message group per item, and a dead-letter queue behind it', () => {
    const undrained = stack.one('AWS::SQS::Queue', 'QueueaustinUndrained')
    expect(undrained.Properties['FifoQueue']).toBe(true)
    expect(stack.one('AWS::SQS::Queue', 'QueueaustinQueue').Properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [undrained.id, 'Arn'] }, maxReceiveCount: 200 },
    })
  })

  it('is drained by a function of its own, which stops a group at its first failure', () => {
    const queue = stack.one('AWS::SQS::Queue', 'QueueaustinQueue')
    const drain = stack.one('AWS::Lambda::Function', 'QueueaustinDrain')
    expect(drain.Properties).toMatchObject({ Environment: { Variables: { WAREHOUSE: 'austin' } } })
    expect(queue.Properties['VisibilityTimeout']).toBe(6 * Number(drain.Properties['Timeout']))
    expect(stack.one('AWS::Lambda::EventSourceMapping', 'Queueaustin').Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionName: { Ref: drain.id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
    })
  })

  it.each([
    [undefined, 2], // the least that Lambda takes
    [45, 5],
  ])('is drained by as many at once as the warehouse takes: %s', (concurrency, most) => {
    const given = settings(({ warehouses }) => ({
      warehouses: warehouses.map((one) =>
        one.name === 'austin' && concurrency !== undefined ? { ...one, concurrency } : one,
      ),
    }))
    const { ScalingConfig } = synthesised(given).one('AWS::Lambda::EventSourceMapping', 'Queueaustin').Properties
    expect(ScalingConfig).toEqual({ MaximumConcurrency: most })
  })

  it('calls nobody for a change that failed once: it is tried again before its age counts', () => {
    const hidden = Number(stack.one('AWS::SQS::Queue', 'QueueaustinQueue').Properties['VisibilityTimeout'])
    const threshold = Number(stack.one('AWS::CloudWatch::Alarm', 'Watchaustinqueueage').Properties['Threshold'])
    expect(threshold).toBeGreaterThan(hidden)
    expect(threshold).toBeLessThan(3 * hidden) // a message that was received so often is not counted any more
  })

  it('hides a change for six times what ten rounds may take, and starts and parks once', () => {
    const austin = warehouses.filter(({ name }) => name === 'austin')
    const round = worstCaseMs(1, austin, 0) - worstCaseMs(0, austin, 0)
    const seconds = Math.ceil((1.1 * (worstCaseMs(0, austin, config.sync.deadlineMarginMs) + 10 * round)) / 1_000)
    expect(stack.one('AWS::Lambda::Function', 'QueueaustinDrain').Properties['Timeout']).toBe(seconds)
  })

  it('is where the sync function sends to, which gets nothing of the warehouse itself', () => {
    const { Environment } = stack.one('AWS::Lambda::Function', 'StreamSync').Properties as {
      readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> }
    }
    expect(Environment.Variables['QUEUE_URL_AUSTIN']).toEqual({
      Ref: stack.one('AWS::SQS::Queue', 'QueueaustinQueue').id,
    })
    expect(JSON.stringify(stack.one('AWS::IAM::Policy', 'StreamSync'))).not.toContain('inventory/austin')
    expect(JSON.stringify(stack.one('AWS::IAM::Policy', 'StreamSync'))).toContain('inventory/berlin')
  })

  it('is there for no warehouse that does not ask for it', () => {
    const without = settings(({ warehouses }) => ({ warehouses: warehouses.filter(({ name }) => name !== 'austin') }))
    expect(() => synthesised(without).one('AWS::SQS::Queue', 'Queue')).toThrow('There are 0')
  })
})
