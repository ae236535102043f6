import { attributeVersion } from '../core/attribute-version.ts'
import { paddedEpoch } from '../core/version.ts'
import { validate } from '../runtime/validate.ts'
import type { Row } from './reading/row.ts'
import type { Settings, Warehouse } from './settings.ts'

/** What the table says about one key. `invalid`: it holds a row that cannot be an item. */
export type TableState<Item> =
  | { readonly status: 'absent' }
  | { readonly status: 'invalid' }
  | {
      readonly status: 'held'
      readonly item: Item
      readonly version: string | undefined
      readonly expectedAt: ReadonlySet<string>
    }

/** Reads a row as the table's state: through the schema, unless it is an item already, and past each warehouse's filter. */
export function tableState<Item>(
  row: Row | undefined,
  isItem: boolean,
  warehouses: readonly Warehouse<Item>[],
  settings: Settings<Item>,
): TableState<Item> {
  if (!row || row.removed) return { status: 'absent' }
  try {
    const item = isItem ? (row.item as Item) : validate(settings.sync.item.schema, row.item) // the caller's own items
    const expectedAt = new Set<string>()
    for (const { name, accepts } of warehouses) if (accepts === undefined || accepts(item)) expectedAt.add(name)
    return { status: 'held', item, version: versionIn(row.item, settings), expectedAt }
  } catch {
    return { status: 'invalid' } // whatever a schema or a filter throws, the row is there
  }
}

/** The item that a warehouse should hold. */
export function expectedItem<Item>(state: TableState<Item>, { name }: Warehouse<Item>): Item | undefined {
  return state.status === 'held' && state.expectedAt.has(name) ? state.item : undefined
}

/** Epoch and attribute of a row of the sync, where versions decide. */
export function versionIn<Item>(item: Row['item'], { rule, sync }: Settings<Item>): string | undefined {
  if (!rule || sync.versionAttribute === undefined) return undefined
  const name = sync.versionAttribute
  return `${paddedEpoch(sync.highestEpoch)}/${attributeVersion(item[name], name).text}`
}
