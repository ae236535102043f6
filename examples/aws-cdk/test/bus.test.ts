import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { inGroup } from '../lib/bus/in-group.ts'
import type { EventBridgeWarehouse } from '../lib/config/types.ts'
import { synthesised, type Synthesised } from './support/synthesised.ts'

describe('The bus', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('has an archive of fourteen days, and a dead-letter queue of its own', () => {
    const bus = stack.one('AWS::Events::EventBus', 'Partners')
    const undelivered = stack.one('AWS::SQS::Queue', 'PartnersUndelivered')
    expect(bus.Properties).toMatchObject({
      Name: 'inventory-stock',
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] } },
    })
    expect(stack.one('AWS::Events::Archive').Properties).toMatchObject({
      SourceArn: { 'Fn::GetAtt': [bus.id, 'Arn'] },
      RetentionDays: 14,
      EventPattern: { source: [{ prefix: 'inventory.' }] },
    })
  })

  it('may send to its dead-letter queue, as rules may', () => {
    stack.template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: stack.one('AWS::SQS::Queue', 'PartnersUndelivered').id }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: {
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [stack.one('AWS::Events::EventBus').id, 'Arn'] } },
            },
          }),
        ]),
      },
    })
  })

  it('has a rule for each group, to a queue that the group takes its events from', () => {
    const queue = stack.one('AWS::SQS::Queue', 'Partnersgardenpartners')
    const undelivered = stack.one('AWS::SQS::Queue', 'PartnersUndelivered')
    expect(stack.one('AWS::Events::Rule').Properties).toMatchObject({
      EventBusName: { Ref: stack.one('AWS::Events::EventBus').id },
      EventPattern: { source: ['inventory.garden-partners'] },
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    })
    expect(queue.Properties['RedrivePolicy']).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] },
      maxReceiveCount: 100,
    })
    stack.template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queue.id }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: Match.arrayWith(['sqs:SendMessage']),
            Principal: { Service: 'events.amazonaws.com' },
          }),
        ]),
      },
    })
  })

  it('is reached by the functions that deliver to groups', () => {
    const bus = stack.one('AWS::Events::EventBus').id
    for (const name of ['StreamSync', 'RedriveRedrive'])
      stack.template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyName: stack.one('AWS::IAM::Policy', name).id,
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Action: ['events:DescribeEventBus', 'events:PutEvents'],
              Resource: { 'Fn::GetAtt': [bus, 'Arn'] },
            }),
          ]),
        },
      })
  })
})

describe('A group', () => {
  const item = { sku: 'A1', region: 'eu', category: 'garden', state: 'active', quantity: 5 }
  const group: EventBridgeWarehouse = {
    name: 'group',
    kind: 'event-bridge',
    regions: ['eu'],
    categories: ['garden', 'tools'],
  }

  it('gets what is of its regions and of its categories', () => {
    expect(inGroup(group)(item)).toBe(true)
    expect(inGroup(group)({ ...item, category: 'tools' })).toBe(true)
    expect(inGroup(group)({ ...item, category: 'toys' })).toBe(false)
    expect(inGroup(group)({ ...item, region: 'us' })).toBe(false)
  })

  it('gets everything where it names nothing', () => {
    expect(inGroup({ name: 'group', kind: 'event-bridge' })({ ...item, region: 'us', category: 'toys' })).toBe(true)
  })
})
