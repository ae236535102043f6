import { DuckDBInstance } from '@duckdb/node-api'
import type { QueryResult } from './fake-services.ts'
import type { Template } from './template.ts'

/** By the name that Athena knows a table by: its items, as an export has them. */
export type Exports = Readonly<Record<string, readonly object[]>>

/** Runs the statement that the template's state machine holds over exports, by DuckDB in Athena's place. */
export async function athenaQuery(template: Template, exports: Exports): Promise<QueryResult> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const [table, items] of Object.entries(exports)) {
      const texts = items.map((item) => `'${JSON.stringify(item).replaceAll("'", "''")}'`)
      const read = `from_json(unnest([${texts.join(', ')}]::VARCHAR[]), '${JSON.stringify(itemType)}')`
      await connection.run(`CREATE TABLE ${table} AS SELECT 'one' AS export, ${read} AS item`)
    }
    const reader = await connection.runAndReadAll(statementOf(template).replaceAll('{}', 'one'))
    const rows = reader.getRows().map((row) => row.map((value) => (value === null ? undefined : String(value))))
    return { columns: reader.columnNames(), rows }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const text = { S: 'VARCHAR' }
const itemType = {
  ...{ sku: text, region: text, category: text, state: text },
  ...{ quantity: { N: 'VARCHAR' }, _removed: { BOOL: 'BOOLEAN' } },
}

/** The text within `States.Format('…', …)`. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
function statementOf({ resources, of }: Template): string {
  const [machine] = of('AWS::StepFunctions::StateMachine')
  const { DefinitionString: given } = resources[machine!]!.Properties as {
    readonly DefinitionString: { readonly 'Fn::Join': readonly [string, readonly unknown[]] }
  }
  const definition = given['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'reference')).join('')
  const { States: states } = JSON.parse(definition) as {
    readonly States: Readonly<Record<string, { readonly Parameters: Readonly<Record<string, string>> }>>
  }
  const format = states['Compare exports']!.Parameters['QueryString.$']!
  return /^States\.Format\('(.*)', \$\.exports/s.exec(format)![1]!.replaceAll(/\\(.)/g, '$1')
}
