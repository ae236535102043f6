import { Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key, type IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Deployment } from '../config/types.ts'

/** Services that write to what the key encrypts, on behalf of this account. */
const services = ['cloudwatch', 'sns', 'scheduler', 'delivery.logs']

/**
 * EventBridge, for its bus, its archive and the queues that it sends to; Lambda, for the filters of the mapping. AWS shows no
 * condition for queues and filters, so that there is none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption
 */
const others: Readonly<Record<string, readonly string[]>> = {
  events: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:ReEncrypt*'],
  lambda: ['kms:Decrypt'],
}

/** The customer-managed key, rotated every year, where the deployment asks for one. */
export function encryptionKey(scope: Construct, { customerManagedKey, service }: Deployment): IKey | undefined {
  if (!customerManagedKey) return undefined
  const { account, region } = Stack.of(scope)
  const key = new Key(scope, 'Key', { enableKeyRotation: true, alias: `${service}-sync` })
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: services.map((name) => new ServicePrincipal(`${name}.amazonaws.com`)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      resources: ['*'], // the key itself: a key's policy can name no other
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  )
  for (const [name, actions] of Object.entries(others))
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(`${name}.amazonaws.com`)],
        actions: [...actions],
        resources: ['*'],
      }),
    )
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:*` } },
    }),
  )
  return Key.fromKeyArn(scope, 'KeyByArn', key.keyArn) // what uses it adds nothing to its policy, which names no user in turn
}
