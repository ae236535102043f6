import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { isComparable } from '../config/comparable.ts'
import { nodeFunction } from '../node-function.ts'
import type { Scope, Site } from '../site.ts'
import { allow, grantWarehouses, warehouseEnvironment } from '../warehouse-access.ts'
import { grantReports } from './grant-reports.ts'
import type { ReconcileParts } from './parts.ts'

/** Lambda's longest. */
const timeoutSeconds = 900
const memoryMb = 1_024

export interface Comparing {
  readonly id: string
  readonly entry: string
  readonly description?: string
}

const compares = 'Compares the inventory table with the warehouses, and repairs what drifted where it is told to.'

/** A function that compares the table, or a share of it, with every warehouse. */
export function compareFunction(
  scope: Scope,
  site: Site,
  parts: ReconcileParts,
  { id, entry, description = compares }: Comparing,
): IFunction {
  const { source, dead, bus, synced, reports, locks, summaries } = parts
  const reached = { warehouses: site.warehouses.filter(isComparable), bus: bus.bus, reads: true }
  const compare = nodeFunction(
    scope,
    id,
    {
      entry,
      description,
      timeoutSeconds,
      memoryMb,
      reach: reached,
      environment: {
        COMPARED: reached.warehouses.map(({ name }) => name).join(),
        TABLE_NAME: source.table.tableName,
        DLQ_URL: dead.letters.queueUrl,
        LOCK_TABLE: locks.tableName,
        REPORT_BUCKET: reports.bucketName,
        TOPIC_ARN: summaries.topicArn,
        SYNC_FUNCTION: synced.sync.functionName,
        MAPPING_ID: synced.mapping.eventSourceMappingId,
        ...warehouseEnvironment(reached),
      },
    },
    site,
  )
  grantWarehouses(scope, compare, reached)
  allow(compare, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Scan'], [source.table.tableArn])
  allow(compare, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], [locks.tableArn])
  dead.letters.grantSendMessages(compare)
  summaries.grantPublish(compare)
  grantReports(compare, reports)
  grantLag(compare, parts)
  return compare
}

function grantLag(compare: IFunction, { synced }: ReconcileParts): void {
  const { partition, region, account } = Stack.of(compare)
  const mapping = `arn:${partition}:lambda:${region}:${account}:event-source-mapping:${synced.mapping.eventSourceMappingId}`
  allow(compare, ['lambda:GetEventSourceMapping'], [mapping])
  // CloudWatch has no resources to name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
  compare.addToRolePolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }))
}
