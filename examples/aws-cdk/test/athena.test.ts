import { reconcileSql } from 'dynamodb-stream-sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { plainText } from './support/plain-text.ts'
import { scaled, stepsOf } from './support/reconciles.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

describe('Reconcile by exports', () => {
  let stack: Synthesised
  beforeAll(() => {
    stack = scaled('athena')
  })

  it('exports the table and the warehouses that are tables, compares them by one statement, and judges what differs', () => {
    const { StartAt: first, States: states } = stepsOf(stack)
    expect(states[first].Result).toEqual([
      { tableArn: expect.stringContaining('InventoryTable') as string, prefix: 'exports/inventory-table' },
      { tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/stock-ledger', prefix: 'exports/ledger' },
    ])
    const { Export, LookAtExport, IsExportThere, ExportFailed } = states['ExportEach'].ItemProcessor.States
    expect(Export).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime',
      Parameters: { 'TableArn.$': '$.tableArn', 'S3Prefix.$': '$.prefix', ExportFormat: 'DYNAMODB_JSON' },
    })
    expect(Export.Parameters.S3Bucket).toContain('ReconcileReports')
    expect(LookAtExport.Resource).toBe('arn:aws:states:::aws-sdk:dynamodb:describeExport')
    expect(IsExportThere.Choices.map(({ StringEquals }: { StringEquals: string }) => StringEquals)).toEqual([
      'COMPLETED',
      'FAILED',
    ])
    expect([IsExportThere.Default, ExportFailed.Type]).toEqual(['WaitForExport', 'Fail'])
    expect(states['Compare exports']).toMatchObject({
      Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
      Parameters: { WorkGroup: 'inventory-sync', QueryExecutionContext: { Database: 'inventory_sync' } },
      Next: 'JudgeSuspects',
    })
    expect(states['JudgeSuspects'].Parameters).toEqual({ 'query.$': '$.query.QueryExecution.QueryExecutionId' })
  })

  it("hands over the library's statement with the export of each place, on items that are active and not removed", () => {
    const { 'QueryString.$': query } = stepsOf(stack).States['Compare exports'].Parameters as Readonly<
      Record<string, string>
    >
    const place = (name: string, condition: string) => `FROM ${name} WHERE export = '{}' AND ${condition})`
    const sql = reconcileSql({
      source: 'SOURCE',
      warehouses: { ledger: { rows: 'LEDGER' } },
      ...{ key: 'sku', fields: ['region', 'category', 'state', 'quantity'], quantity: false, listed: 25_000 },
    })
    const statement = query!
      .replace(/^States\.Format\('/, '')
      .replace(/', \$\.exports\[0\]\.id, \$\.exports\[1\]\.id\)$/, '')
    const columns = /\(SELECT item\."sku"\.s AS "sku", [^()]* FROM (\w+) WHERE [^()]*(\(item[^()]*\)[^()]*)?\)/g
    const named: Readonly<Record<string, string>> = { stock_inventory_table: 'SOURCE', stock_ledger: 'LEDGER' }
    const unescaped = statement.replaceAll("\\'", "'")
    expect(unescaped).toContain(place('stock_inventory_table', `item."state".s = 'active'`))
    expect(unescaped).toContain(place('stock_ledger', 'coalesce(item."_removed".bool, false) = false'))
    expect(unescaped.replaceAll(columns, (_, table: string) => named[table]!)).toBe(sql.replaceAll(/\s*\n\s*/g, ' '))
  })

  it('hands braces in settings over as they are: they are no places of exports', () => {
    const braced = synthesised(
      settings(({ config, warehouses }) => ({
        config: {
          ...config,
          sync: { ...config.sync, only: { attribute: 'state', value: "{}o'k" } },
          reconcile: { ...config.reconcile, scale: 'athena' },
        },
        warehouses: warehouses.map((one) =>
          one.kind === 'dynamodb' ? { ...one, where: String.raw`regexp_like(sku, '^\d{3}')` } : one,
        ),
      })),
    )
    const { 'QueryString.$': query } = stepsOf(braced).States['Compare exports'].Parameters as Readonly<
      Record<string, string>
    >
    const [, template = ''] =
      /^States\.Format\('([^]*)', \$\.exports\[0\]\.id, \$\.exports\[1\]\.id\)$/.exec(query!) ?? []
    expect(template.match(/(?<!\\)\{\}/g)).toHaveLength(2)
    const sql = template.replaceAll(/\\([\\'{}])/g, '$1') // as Step Functions reads it
    expect(sql).toContain(`"state".s = '{}o''k'`)
    expect(sql).toContain(String.raw`regexp_like(sku, '^\d{3}')`)
  })

  it('has a table over the exports of each place, each export a partition that needs no adding', () => {
    const tables = Object.values(stack.template.findResources('AWS::Glue::Table')).map(
      ({ Properties }) => (Properties as { readonly TableInput: any }).TableInput,
    )
    expect(tables.map(({ Name }) => Name).sort()).toEqual(['stock_inventory_table', 'stock_ledger'])
    for (const table of tables) {
      const folder = `s3://ReconcileReports/exports/${table.Name.replace('stock_', '').replaceAll('_', '-')}/AWSDynamoDB/`
      expect(table.PartitionKeys).toEqual([{ Name: 'export', Type: 'string' }])
      expect(table.Parameters).toMatchObject({ 'projection.enabled': 'true', 'projection.export.type': 'injected' })
      expect(plainText(table.Parameters['storage.location.template'])).toBe(`${folder}\${export}/data/`)
      expect(plainText(table.StorageDescriptor.Location)).toBe(folder)
      expect(table.StorageDescriptor.SerdeInfo).toEqual({
        SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      })
      expect(table.StorageDescriptor.Columns).toEqual([
        {
          Name: 'item',
          Type: 'struct<sku:struct<S:string>,region:struct<S:string>,category:struct<S:string>,state:struct<S:string>,quantity:struct<N:string>,_removed:struct<BOOL:boolean>>',
        },
      ])
    }
  })

  it('keeps the answers of queries in the bucket of reports, encrypted, whatever a query asks for', () => {
    const { WorkGroupConfiguration: given } = stack.one('AWS::Athena::WorkGroup').Properties as any
    expect(given).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    })
    expect(plainText(given.ResultConfiguration.OutputLocation)).toBe('s3://ReconcileReports/athena/')
  })

  it('compares the other warehouses by one function, as before', () => {
    expect(Object.keys(stack.template.findResources('AWS::Scheduler::Schedule')).length).toBe(2)
    expect(stack.one('AWS::Lambda::Function', 'ReconcileCompare').Properties).toMatchObject({
      Environment: { Variables: { COMPARED: 'berlin,lyon' } },
    })
    expect(stack.one('AWS::Lambda::Function', 'ReconcileJudge').Properties).toMatchObject({
      Environment: { Variables: { COMPARED: 'ledger' } },
    })
  })
})
