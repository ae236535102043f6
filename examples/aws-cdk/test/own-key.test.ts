import { beforeAll, describe, expect, it } from 'vitest'
import { permissionsOf } from './support/permissions.ts'
import { plainText, withoutHash } from './support/plain-text.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

const replicaKey = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d'

/** Where a resource of each type says what it is encrypted with. */
const keyOf: Readonly<Record<string, (properties: any) => unknown>> = {
  'AWS::DynamoDB::GlobalTable': ({ Replicas }) =>
    Replicas.find(({ Region }: any) => Region === 'eu-central-1').SSESpecification.KMSMasterKeyId,
  'AWS::SQS::Queue': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
  'AWS::Lambda::Function': ({ KmsKeyArn }) => KmsKeyArn,
  'AWS::Events::EventBus': ({ KmsKeyIdentifier }) => KmsKeyIdentifier,
  'AWS::Events::Archive': ({ KmsKeyIdentifier }) => KmsKeyIdentifier,
  'AWS::Scheduler::Schedule': ({ KmsKeyArn }) => KmsKeyArn,
  'AWS::S3::Bucket': ({ BucketEncryption }) =>
    BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
  'AWS::Athena::WorkGroup': ({ WorkGroupConfiguration }) =>
    WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey,
}

describe('A key of the deployment', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = synthesised(
      settings(({ config }) => ({
        config: {
          ...config,
          customerManagedKey: true,
          table: { ...config.table, replicas: [{ region: 'eu-west-1', keyArn: replicaKey }] },
          reconcile: { ...config.reconcile, scale: 'athena' },
        },
      })),
    )
  })

  it.each(Object.keys(keyOf))('encrypts every %s', (type) => {
    const found = Object.entries(stack.resources).filter(
      ([id, { Type }]) => Type === type && !id.startsWith('ReconcileAccessLogs'), // S3 takes no key for these
    )
    expect(found.length).toBeGreaterThan(0)
    for (const [id, { Properties }] of found)
      expect([id, plainText(keyOf[type]!(Properties))]).toEqual([id, withoutHash(stack.one('AWS::KMS::Key').id)])
  })

  it('encrypts the filter of the mapping, which holds values of items', () => {
    const { KmsKeyArn } = stack.one('AWS::Lambda::EventSourceMapping', 'Stream').Properties
    expect(KmsKeyArn).toEqual({ 'Fn::GetAtt': [stack.one('AWS::KMS::Key').id, 'Arn'] })
  })

  it('encrypts no replica, which has a key of its region', () => {
    const { Replicas } = stack.one('AWS::DynamoDB::GlobalTable', 'Inventory').Properties as { readonly Replicas: any[] }
    const replica = Replicas.find(({ Region }) => Region === 'eu-west-1')
    expect(replica.SSESpecification).toEqual({ KMSMasterKeyId: replicaKey })
  })

  it('may be used by every function, by the state machine, and by what starts them', () => {
    const key = withoutHash(stack.one('AWS::KMS::Key').id)
    const roles = Object.entries(permissionsOf(stack))
    expect(roles.length).toBe(8)
    for (const [role, lines] of roles) {
      const used = lines.filter((line) => line.endsWith(` on ${key}`)).join()
      expect([role, used]).toEqual([role, expect.stringMatching(/kms:Decrypt.*kms:GenerateDataKey/)])
    }
  })

  it('is rotated, and lets in what writes on behalf of this account alone', () => {
    const { EnableKeyRotation, KeyPolicy } = stack.one('AWS::KMS::Key').Properties as any
    expect(EnableKeyRotation).toBe(true)
    const statements: readonly any[] = KeyPolicy.Statement
    const services = ['cloudwatch', 'delivery.logs', 'scheduler', 'sns'].map((name) => `${name}.amazonaws.com`)
    expect(statements.filter(({ Principal }) => Principal.Service)).toMatchObject([
      {
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
        Principal: { Service: services },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
      {
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
        Principal: { Service: 'events.amazonaws.com' },
      },
      { Action: 'kms:Decrypt', Principal: { Service: 'lambda.amazonaws.com' } },
      {
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Principal: { Service: 'logs.eu-central-1.amazonaws.com' },
        Condition: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-central-1:111122223333:*' },
        },
      },
    ])
  })
})
