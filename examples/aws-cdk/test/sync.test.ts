import { beforeAll, describe, expect, it } from 'vitest'
import { config } from './sample/config.ts'
import { worstCaseMs } from '../lib/config/worst-case.ts'
import { filterPatterns } from '../lib/sync/filter-patterns.ts'
import { warehouses } from './sample/warehouses.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

describe('The sync function', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised()
  })

  it('is small, of Node 24 on arm64, traced by ADOT, with a role and a log group of its own', () => {
    const { Properties } = stack.one('AWS::Lambda::Function', 'StreamSync')
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      TracingConfig: { Mode: 'Active' },
      Layers: [config.adotLayerArn],
      Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument', SERVICE: 'inventory' } },
      LoggingConfig: { LogGroup: { Ref: stack.one('AWS::Logs::LogGroup', 'StreamSync').id } },
    })
  })

  it('has fifty executions of its own, which is what five shards with ten lanes each may take', () => {
    const { Properties } = stack.one('AWS::Lambda::Function', 'StreamSync')
    expect(Properties['ReservedConcurrentExecutions']).toBe(50)
    expect(config.sync.shards * config.mapping.parallelizationFactor).toBeLessThanOrEqual(50)
  })

  it('reads its secrets anew when their generation is raised', () => {
    const raised = synthesised(settings(({ config }) => ({ config: { ...config, secretsGeneration: 2 } })))
    const generation = ({ one }: Synthesised) =>
      (one('AWS::Lambda::Function', 'StreamSync').Properties['Environment'] as any).Variables.SECRETS_GENERATION
    expect([generation(stack), generation(raised)]).toEqual(['1', '2'])
  })

  it('has more time than its slowest warehouse may take for a batch', () => {
    const { Properties } = stack.one('AWS::Lambda::Function', 'StreamSync')
    const worst = worstCaseMs(config.mapping.batchSize, warehouses, config.sync.deadlineMarginMs)
    expect(Number(Properties['Timeout']) * 1_000).toBeGreaterThan(worst)
  })

  it('gets more time with a slower warehouse', () => {
    const slower = settings((given) => ({ warehouses: given.warehouses.map((one) => ({ ...one, timeoutMs: 8_000 })) }))
    const timeout = ({ one }: Synthesised) => Number(one('AWS::Lambda::Function', 'StreamSync').Properties['Timeout'])
    expect(timeout(synthesised(slower))).toBeGreaterThan(timeout(stack))
  })

  it('is fed by a mapping that keeps the promises', () => {
    const failed = stack.one('AWS::SQS::Queue', 'DeadFailedBatches')
    expect(stack.one('AWS::Lambda::EventSourceMapping', 'Stream').Properties).toMatchObject({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 10,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 100,
      MaximumRecordAgeInSeconds: 43_200,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [failed.id, 'Arn'] } } },
      EventSourceArn: { 'Fn::GetAtt': [stack.one('AWS::DynamoDB::GlobalTable', 'Inventory').id, 'StreamArn'] },
      FunctionName: { Ref: stack.one('AWS::Lambda::Function', 'StreamSync').id },
      MetricsConfig: { Metrics: ['EventCount'] }, // the dashboard shows them
    })
  })

  it('is not called for what no warehouse wants', () => {
    const { FilterCriteria } = stack.one('AWS::Lambda::EventSourceMapping', 'Stream').Properties as {
      readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] }
    }
    const patterns = filterPatterns(config.sync)!
    expect(FilterCriteria.Filters).toEqual(patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })))
    expect(patterns[0]).toEqual({ dynamodb: { NewImage: { state: { S: ['active'] } } } })
    for (const ttl of ['propagate', 'ignore'] as const)
      expect(filterPatterns({ ...config.sync, ttl })!.length).toBeLessThanOrEqual(5) // Lambda's limit
  })

  it('is called for everything where all items are synced, and their ends', () => {
    const all = settings(({ config }) => ({ config: { ...config, sync: { ...config.sync, only: undefined } } }))
    expect(synthesised(all).one('AWS::Lambda::EventSourceMapping', 'Stream').Properties).not.toHaveProperty(
      'FilterCriteria',
    )
  })

  it('is put into the network that the warehouses are in', () => {
    const network = { subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] }
    const inside = synthesised(settings(({ config }) => ({ config: { ...config, network } })))
    expect(inside.one('AWS::Lambda::Function', 'StreamSync').Properties['VpcConfig']).toEqual({
      SubnetIds: network.subnetIds,
      SecurityGroupIds: network.securityGroupIds,
    })
  })
})
