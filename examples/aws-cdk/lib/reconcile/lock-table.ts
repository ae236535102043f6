import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Scope, Site } from '../site.ts'

/** One row per part of a run that repairs: two runs never repair at once. It may be lost at any time. */
export function lockTable(scope: Scope, { key }: Site): TableV2 {
  return new TableV2(scope, 'Locks', {
    partitionKey: { name: 'name', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    billing: Billing.onDemand(),
    encryption: key ? TableEncryptionV2.customerManagedKey(key) : TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  })
}
