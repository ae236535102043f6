import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  type ITableV2,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
  type TablePropsV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { stock } from '../item.ts'
import type { Deployment } from './config/types.ts'
import type { Scope, Site } from './site.ts'

export interface InventoryTable {
  readonly table: ITableV2
  readonly streamArn: string
}

/** The inventory table, or the one that is there already. */
export function inventoryTable(scope: Scope, site: Site): InventoryTable {
  const { existing } = site.config.table
  if (existing) {
    const { tableArn, streamArn: tableStreamArn } = existing
    const table = TableV2.fromTableAttributes(scope, 'Table', { tableArn, tableStreamArn })
    return { table, streamArn: tableStreamArn }
  }
  const table = new TableV2(scope, 'Table', { ...content(), ...safety(site), ...scale(site.config.table) })
  return { table, streamArn: table.tableStreamArn! } // it has a stream
}

function content(): Pick<TablePropsV2, 'partitionKey' | 'sortKey' | 'dynamoStream'> {
  const [partition, sort] = stock.key
  return {
    partitionKey: { name: partition, type: AttributeType.STRING },
    ...(sort && { sortKey: { name: sort, type: AttributeType.STRING } }),
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  }
}

function safety({ config, key }: Site): Partial<TablePropsV2> {
  const replicaKeys = Object.fromEntries(config.table.replicas.map(({ region, keyArn }) => [region, keyArn!]))
  return {
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: key ? TableEncryptionV2.customerManagedKey(key, replicaKeys) : TableEncryptionV2.awsManagedKey(),
  }
}

function scale({ replicas, warmThroughput }: Deployment['table']): Partial<TablePropsV2> {
  return {
    billing: Billing.onDemand(),
    replicas: replicas.map(({ region }) => ({ region })),
    ...(warmThroughput && { warmThroughput }),
  }
}
