import { attributeTypes as types, stock } from '../../../item.ts'
import type { Deployment, DynamoDbWarehouse } from '../../config/types.ts'
import { athenaTable, sourcePlace } from './places.ts'

const keys: readonly string[] = stock.key.filter((name) => name !== undefined)
const fields: readonly string[] = stock.fields ?? Object.keys(types)

/** The columns of its result, in order. A row of `suspect` names a key; `equal` and `rows` count. */
export const resultColumns = ['warehouse', 'kind', ...keys, 'number']

/**
 * One statement of Trino that finds the keys which may have drifted: what differs between two exports, those in flight among
 * them. Each place's export is a placeholder `{}`: the inventory table's first, then each warehouse's. Numbers are compared
 * as DynamoDB writes them, which is one text for one number. https://docs.aws.amazon.com/athena/latest/ug/select.html
 */
export function comparisonSql(warehouses: readonly DynamoDbWarehouse[], { only }: Deployment['sync']): string {
  const places = [rowsOf('source', sourcePlace, only && `${column(only.attribute)} = ${literal(only.value)}`)]
  for (const { name } of warehouses)
    places.push(rowsOf(`held_${athenaTable(name)}`, name, 'coalesce(item."_removed".bool, false) = false'))
  const answers = warehouses.flatMap(({ name, where }) => [
    suspects(name, `held_${athenaTable(name)}`, where),
    equals(name, `held_${athenaTable(name)}`, where),
  ])
  return `WITH ${places.join(', ')} ${[...answers, counts()].join(' UNION ALL ')}`
}

const attributes = [...new Set([...keys, ...fields])]
const [partition = ''] = keys

function rowsOf(relation: string, place: string, condition: string | undefined): string {
  const columns = attributes.map((name) => `${typedColumn(name)} AS ${quoted(name)}`)
  const ofExport = `export = '{}'` // the placeholder is filled in by the state machine
  return `${relation} AS (SELECT ${columns.join(', ')} FROM ${athenaTable(place)} WHERE ${[ofExport, condition].filter(Boolean).join(' AND ')})`
}

function suspects(name: string, held: string, where: string | undefined): string {
  const names = keys.map((key) => `coalesce(s.${quoted(key)}, h.${quoted(key)})`)
  const isEqual = `s.${quoted(partition)} IS NOT NULL AND h.${quoted(partition)} IS NOT NULL AND ${same()}`
  return `SELECT ${literal(name)}, 'suspect', ${names.join(', ')}, CAST(NULL AS bigint) FROM ${expected(where)} s FULL OUTER JOIN ${held} h ON ${joined()} WHERE NOT (${isEqual})`
}

function equals(name: string, held: string, where: string | undefined): string {
  return `SELECT ${literal(name)}, 'equal', ${noKeys()}, count(*) FROM ${expected(where)} s JOIN ${held} h ON ${joined()} WHERE ${same()}`
}

function counts(): string {
  return `SELECT '', 'rows', ${noKeys()}, count(*) FROM source`
}

function expected(where: string | undefined): string {
  return where === undefined ? 'source' : `(SELECT * FROM source WHERE ${where})`
}

function same(): string {
  return fields.map((name) => `s.${quoted(name)} IS NOT DISTINCT FROM h.${quoted(name)}`).join(' AND ')
}

function joined(): string {
  return keys.map((key) => `s.${quoted(key)} = h.${quoted(key)}`).join(' AND ')
}

function noKeys(): string {
  return keys.map(() => 'CAST(NULL AS varchar)').join(', ')
}

function column(name: string): string {
  return `item.${quoted(name)}.s`
}

function typedColumn(name: string): string {
  return `item.${quoted(name)}.${types[name as keyof typeof types].toLowerCase()}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
