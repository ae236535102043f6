import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { acknowledgePolicies } from '../../security/acknowledge.ts'
import type { Scope, Site } from '../../site.ts'
import { allow } from '../../warehouse-access.ts'
import { isComparable } from '../../config/comparable.ts'
import { compareFunction } from '../compare-function.ts'
import { reconcileSchedule } from '../schedule.ts'
import { reconcileMachine } from '../machine.ts'
import type { ReconcileParts } from '../parts.ts'
import type { Reconcile } from '../reconcile.ts'
import { comparisonSql } from './comparison.ts'
import { exportDatabase, exportPrefix, type ExportDatabase } from './database.ts'
import { judgeFunction } from './judge-function.ts'
import { athenaTable, exportedWarehouses, sourcePlace } from './places.ts'
import { athenaSteps, type ExportedPlace } from './steps.ts'

/**
 * Point-in-time exports of the table and of each warehouse that is a table, compared by one statement of Athena. The other
 * warehouses are compared as before, by one function.
 */
export function athenaReconcile(scope: Scope, site: Site, parts: ReconcileParts): Reconcile {
  const { reports, source } = parts
  const warehouses = exportedWarehouses(site.warehouses)
  const places: readonly ExportedPlace[] = [{ name: sourcePlace, tableArn: source.table.tableArn }, ...warehouses]
  const database = exportDatabase(
    scope,
    site,
    reports,
    places.map(({ name }) => name),
  )
  const judge = judgeFunction(scope, site, parts, database)
  const sql = comparisonSql(warehouses, site.config.sync)
  const machine = reconcileMachine(scope, site, athenaSteps(scope, { places, reports, database, sql, judge }))
  grantExports(machine, places, reports.bucketArn)
  grantQueries(machine, database, reports.bucketArn, places)
  if (site.key) allow(machine, ['kms:Decrypt', 'kms:GenerateDataKey'], [site.key.keyArn])
  acknowledgePolicies(machine, 'Exports and the answers of queries have no names before they are made.')
  const others = site.warehouses.filter((one) => one.kind !== 'dynamodb')
  if (!others.some(isComparable)) return { functions: { compare: judge }, machine }
  const comparing = { id: 'Compare', entry: 'reconcile' }
  const compare = compareFunction(scope, { ...site, warehouses: others }, parts, comparing)
  reconcileSchedule(scope, site, { function: compare }, parts.bus, 'OthersSchedule')
  return { functions: { compare, judge }, machine }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html */
function grantExports(machine: StateMachine, places: readonly ExportedPlace[], bucketArn: string): void {
  const tables = places.map(({ tableArn }) => tableArn)
  allow(machine, ['dynamodb:ExportTableToPointInTime'], tables)
  allow(
    machine,
    ['dynamodb:DescribeExport'],
    tables.map((table) => `${table}/export/*`),
  )
  const folders = places.map(({ name }) => `${bucketArn}/${exportPrefix(name)}/*`)
  allow(machine, ['s3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectAcl'], folders)
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html */
function grantQueries(
  machine: StateMachine,
  { name, workGroup }: ExportDatabase,
  bucketArn: string,
  places: readonly ExportedPlace[],
): void {
  const stack = Stack.of(machine)
  const arn = (service: string, resource: string, resourceName?: string) =>
    stack.formatArn({
      service,
      resource,
      ...(resourceName === undefined ? { arnFormat: ArnFormat.NO_RESOURCE_NAME } : { resourceName }),
    })
  const tables = places.map((place) => arn('glue', 'table', `${name}/${athenaTable(place.name)}`))
  const queries = ['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution'].map((action) => `athena:${action}`)
  allow(machine, queries, [arn('athena', 'workgroup', workGroup.name)])
  allow(
    machine,
    ['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'],
    [arn('glue', 'catalog'), arn('glue', 'database', name), ...tables],
  )
  allow(machine, ['s3:GetBucketLocation', 's3:ListBucket'], [bucketArn])
  allow(machine, ['s3:GetObject'], [`${bucketArn}/exports/*`])
  allow(
    machine,
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    [`${bucketArn}/athena/*`],
  )
}
