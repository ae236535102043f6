import { reconcileSql, type ReconcileSqlOptions } from 'dynamodb-stream-sync'
import { attributeTypes as types, stock } from '../../../item.ts'
import type { Deployment, DynamoDbWarehouse } from '../../config/types.ts'
import { athenaTable, sourcePlace } from './places.ts'

const [partition, sort] = stock.key
const fields: readonly string[] = stock.fields ?? Object.keys(types)
const attributes = [...new Set([partition, ...(sort === undefined ? [] : [sort]), ...fields])]

/** What every place is asked for: its rows in one export. */
const ofOneExport = "export = '{}'"

/** Of each warehouse and kind: more keys than this are not looked at again, and the report says so. */
const mostSuspects = 25_000

/**
 * The comparison of exports. Each place's export is a placeholder `{}`: the inventory table's first, then each warehouse's.
 * Numbers are compared as DynamoDB writes them, which is one text for one number.
 */
export function comparisonOptions(
  warehouses: readonly DynamoDbWarehouse[],
  { only }: Deployment['sync'],
): ReconcileSqlOptions {
  const held = warehouses.map(({ name, where }) => [
    name,
    { rows: rowsOf(name, 'coalesce(item."_removed".bool, false) = false'), ...(where !== undefined && { where }) },
  ])
  return {
    source: rowsOf(sourcePlace, only && `item.${quoted(only.attribute)}.s = '${only.value.replaceAll("'", "''")}'`),
    warehouses: Object.fromEntries(held),
    key: sort === undefined ? partition : [partition, sort],
    fields,
    quantity: false,
    listed: mostSuspects,
  }
}

/**
 * On one line, for the state machine that fills in the placeholders. Other braces are escaped, as `States.Format` has it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export function comparisonSql(warehouses: readonly DynamoDbWarehouse[], sync: Deployment['sync']): string {
  return reconcileSql(comparisonOptions(warehouses, sync))
    .replaceAll(/\s*\n\s*/g, ' ')
    .split(ofOneExport)
    .map((text) => text.replaceAll(/[{}]/g, String.raw`\$&`))
    .join(ofOneExport)
}

function rowsOf(place: string, condition: string | undefined): string {
  const columns = attributes.map((name) => `item.${quoted(name)}.${typeOf(name)} AS ${quoted(name)}`)
  const conditions = [ofOneExport, ...(condition === undefined ? [] : [condition])]
  return `(SELECT ${columns.join(', ')} FROM ${athenaTable(place)} WHERE ${conditions.join(' AND ')})`
}

function typeOf(name: string): string {
  return types[name as keyof typeof types].toLowerCase()
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
