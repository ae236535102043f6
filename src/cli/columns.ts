import { ConfigError } from '../errors.ts'
import type { PlaceUrl } from './place-url.ts'

/**
 * What a place calls the attributes: `?columns=ARTICLE:sku,on_hand:quantity`. An attribute that is not named there is
 * called what it is.
 *
 * @throws ConfigError for what names no columns, and for attributes that are neither key nor compared.
 */
export function columnsOf(
  { option, query: { columns } }: PlaceUrl,
  attributes: readonly string[],
): Readonly<Record<string, string>> {
  const given = columns === undefined ? [] : columns.split(',').map((pair) => pairOf(option, pair))
  const stray = given.find(([, attribute]) => !attributes.includes(attribute))
  if (stray)
    throw new ConfigError(
      option,
      `has a column for the attribute ${JSON.stringify(stray[1])}, which is neither in --key nor in --fields.`,
    )
  const called = new Map(given.map(([column, attribute]) => [attribute, column]))
  const entries = attributes.map((attribute) => [called.get(attribute) ?? attribute, attribute] as const)
  if (called.size < given.length || new Set(entries.map(([column]) => column)).size < entries.length)
    throw new ConfigError(option, 'names a column, or an attribute, twice in its columns. Name each once.')
  return Object.fromEntries(entries)
}

function pairOf(option: string, pair: string): readonly [column: string, attribute: string] {
  const [, column, attribute] = /^\s*(.+):([^:]+?)\s*$/.exec(pair) ?? []
  if (column === undefined || attribute === undefined)
    throw new ConfigError(option, 'has columns that cannot be read. Write column:attribute, separated by commas.')
  return [column, attribute]
}
