import { Stack } from 'aws-cdk-lib'
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena'
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { attributeTypes } from '../../../item.ts'
import type { Scope, Site } from '../../site.ts'
import { athenaTable } from './places.ts'

export interface ExportDatabase {
  readonly name: string
  readonly workGroup: CfnWorkGroup
}

/** Where a place's exports are put, without the bucket. */
export function exportPrefix(place: string): string {
  return `exports/${place}`
}

/** Tables over the exports of all places, one per place, and a workgroup whose results end in the bucket of reports. */
export function exportDatabase(
  scope: Scope,
  { config, key }: Site,
  reports: Bucket,
  places: readonly string[],
): ExportDatabase {
  const name = `${config.service.replaceAll('-', '_')}_sync`
  const catalogId = Stack.of(scope).account
  const database = new CfnDatabase(scope, 'Exports', { catalogId, databaseInput: { name } })
  for (const place of places) exportTable(scope, { catalogId, database, name, place, reports })
  const workGroup = new CfnWorkGroup(scope, 'Queries', {
    name: `${config.service}-sync`,
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      resultConfiguration: {
        outputLocation: `s3://${reports.bucketName}/athena/`,
        encryptionConfiguration: key
          ? { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn }
          : { encryptionOption: 'SSE_S3' },
      },
    },
  })
  return { name, workGroup }
}

interface TableParts {
  readonly catalogId: string
  readonly database: CfnDatabase
  readonly name: string
  readonly place: string
  readonly reports: Bucket
}

/**
 * Every export of a place is a partition, which a query names by the export's id: none has to be added.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
function exportTable(scope: Scope, { catalogId, database, name, place, reports }: TableParts): void {
  const folder = `s3://${reports.bucketName}/${exportPrefix(place)}/AWSDynamoDB/`
  const table = new CfnTable(scope, `${place}-export`, {
    catalogId,
    databaseName: name,
    tableInput: {
      name: athenaTable(place),
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ name: 'export', type: 'string' }],
      parameters: {
        'projection.enabled': 'true',
        'projection.export.type': 'injected',
        'storage.location.template': `${folder}\${export}/data/`,
      },
      storageDescriptor: {
        columns: [{ name: 'item', type: itemType() }],
        location: folder,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  })
  table.addResourceDependency(database)
}

/** Attributes as DynamoDB JSON: each within its type, numbers as text. */
function itemType(): string {
  const own = Object.entries(attributeTypes).map(
    ([name, type]: readonly [string, 'S' | 'N' | 'BOOL']) =>
      `${name}:struct<${type}:${type === 'BOOL' ? 'boolean' : 'string'}>`,
  )
  return `struct<${[...own, '_removed:struct<BOOL:boolean>'].join(',')}>`
}
