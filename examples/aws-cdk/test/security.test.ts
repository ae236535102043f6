import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Stack } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { appOf, own, settings, synthesised, type Settings, type Synthesised } from './support/synthesised.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

const config = (change: Partial<Settings['config']>) => settings(({ config }) => ({ config: { ...config, ...change } }))
const scaled = (scale: 'map' | 'athena') =>
  settings(({ config }) => ({ config: { ...config, reconcile: { ...config.reconcile, scale } } }))

const deployments: Readonly<Record<string, Settings>> = {
  'of the sample': settings(),
  'of this folder': own,
  'with a key of its own': config({ customerManagedKey: true }),
  'with many functions that reconcile': scaled('map'),
  'with exports that Athena compares': scaled('athena'),
  'within a network': config({
    network: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
  }),
}

describe('The rules of AwsSolutions', () => {
  it.each(Object.entries(deployments))('find nothing in the deployment %s', (_, given) => {
    expect(() => appOf(given).synth()).not.toThrow()
  })

  it('find a bucket that anybody may read without TLS', () => {
    const app = appOf(settings())
    new Bucket(app.node.findChild('InventorySync') as Stack, 'Careless')
    expect(() => app.synth()).toThrow(/does not require requests to use SSL/)
  })
})

describe('Roles', () => {
  let stack: Synthesised
  let statements: readonly (Statement & { readonly policy: string })[]
  beforeAll(() => {
    stack = synthesised()
    statements = Object.entries(stack.template.findResources('AWS::IAM::Policy')).flatMap(([policy, { Properties }]) =>
      (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement.map((one) => ({
        policy,
        ...one,
      })),
    )
  })

  it('are one for each function, without managed policies', () => {
    const functions = Object.values(stack.template.findResources('AWS::Lambda::Function'))
    const roles = functions.map(({ Properties }) => JSON.stringify((Properties as { Role: unknown }).Role))
    expect(new Set(roles).size).toBe(functions.length)
    for (const { Properties } of Object.values(stack.template.findResources('AWS::IAM::Role')))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns')
  })

  it('allow no action by a wildcard, and everything but tracing and metrics on named resources', () => {
    const unnamed = statements.filter(({ Resource }) => [Resource].flat().includes('*'))
    const actions = new Set(unnamed.flatMap(({ Action }) => Action))
    expect([...actions].sort()).toEqual([
      'cloudwatch:GetMetricData',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ])
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([])
  })

  it('read the secrets of their own warehouses only', () => {
    const readers = (secret: string) =>
      statements
        .filter(({ Resource }) => JSON.stringify(Resource).includes(`secret:${secret}-??????`))
        .map(({ policy }) => policy)
    const of = (...names: readonly string[]) => names.map((name) => stack.one('AWS::IAM::Policy', name).id).sort()
    expect(readers('inventory/berlin').sort()).toEqual(of('StreamSync', 'RedriveRedrive', 'ReconcileCompare'))
    expect(readers('inventory/austin').sort()).toEqual(of('QueueaustinDrain', 'RedriveRedrive'))
  })

  it('may write to the inventory table by no function', () => {
    const table = stack.one('AWS::DynamoDB::GlobalTable', 'Inventory').id
    const writes = statements.filter(
      ({ Action, Resource }) =>
        JSON.stringify(Resource).includes(table) &&
        [Action].flat().some((action) => /Put|Update|Delete|BatchWrite/.test(action)),
    )
    expect(writes).toEqual([])
  })
})

describe('A key of its own', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised(config({ customerManagedKey: true }))
  })

  it.each([
    ['lambda', ['kms:Decrypt'], 'the filters of the mapping'],
    ['events', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncrypt*'], 'bus, archive and queues'],
    ['cloudwatch', ['kms:Decrypt', 'kms:GenerateDataKey'], 'the topic of the alarms'],
  ])('lets in %s.amazonaws.com with %j for %s', (service, actions) => {
    const { Statement } = stack.one('AWS::KMS::Key').Properties['KeyPolicy'] as { readonly Statement: readonly any[] }
    const own = Statement.filter(({ Principal }) => [Principal.Service].flat().includes(`${service}.amazonaws.com`))
    expect(own.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(actions))
  })

  it("lets the schedule's role encrypt what it could not start", () => {
    const policy = JSON.stringify(stack.one('AWS::IAM::Policy', 'ReconcileScheduleRole').Properties['PolicyDocument'])
    expect(policy).toContain('"kms:GenerateDataKey"')
  })
})

describe('Logs', () => {
  it('are kept for as long as the deployment says', () => {
    const groups = Object.values(synthesised().template.findResources('AWS::Logs::LogGroup'))
    expect(groups.length).toBeGreaterThanOrEqual(4)
    for (const { Properties } of groups) expect(Properties).toMatchObject({ RetentionInDays: 30 })
  })
})
