import type { Stock } from '../../item.ts'
import type { EventBridgeWarehouse } from '../config/types.ts'

/** Which items a group of partners gets. One that leaves the group is a removal for it. */
export function inGroup({ regions, categories }: EventBridgeWarehouse): (item: Stock) => boolean {
  return ({ region, category }) => (regions?.includes(region) ?? true) && (categories?.includes(category) ?? true)
}
