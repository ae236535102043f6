import { beforeAll, describe, expect, it } from 'vitest'
import { stock } from '../item.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

const tableType = 'AWS::DynamoDB::GlobalTable'
const withTable = (table: object) =>
  settings(({ config }) => ({ config: { ...config, table: { ...config.table, ...table } } }))

describe('The inventory table', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('is on demand, keyed by the item, with a stream of new and old images', () => {
    expect(stack.one(tableType, 'Inventory').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: stock.key[0], KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: stock.key[0], AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
  })

  it('can be restored to any second, is encrypted, and is not deleted by accident', () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = stack.one(tableType, 'Inventory')
    expect(Properties['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' })
    expect(Properties['Replicas']).toEqual([
      expect.objectContaining({
        Region: 'eu-central-1',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ])
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
  })

  it('has the replicas that the deployment names, as safe as itself', () => {
    const { Properties } = synthesised(withTable({ replicas: [{ region: 'eu-west-1' }] })).one(tableType, 'Inventory')
    const replicas = Properties['Replicas'] as readonly Readonly<Record<string, unknown>>[]
    expect(replicas.map(({ Region }) => Region).sort()).toEqual(['eu-central-1', 'eu-west-1'])
    for (const replica of replicas)
      expect(replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      })
  })

  it('is warm for an announced peak', () => {
    const warmThroughput = { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 5_000 }
    const { Properties } = synthesised(withTable({ warmThroughput })).one(tableType, 'Inventory')
    expect(Properties['WarmThroughput']).toEqual({ ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 5_000 })
  })

  it('may be one that is there already, of which nothing is changed', () => {
    const tableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/stock'
    const streamArn = `${tableArn}/stream/2026-03-01T00:00:00.000`
    const other = synthesised(withTable({ existing: { tableArn, streamArn } }))
    expect(() => other.one(tableType, 'Inventory')).toThrow('There are 0')
    expect(other.one('AWS::Lambda::EventSourceMapping', 'Stream').Properties['EventSourceArn']).toBe(streamArn)
  })
})
