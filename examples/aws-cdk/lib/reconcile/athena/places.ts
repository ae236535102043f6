import type { DynamoDbWarehouse, Warehouse } from '../../config/types.ts'

/** What Athena compares: warehouses that are tables, and can be exported as the inventory table is. */
export function exportedWarehouses(warehouses: readonly Warehouse[]): readonly DynamoDbWarehouse[] {
  return warehouses.filter((warehouse) => warehouse.kind === 'dynamodb')
}

/** The name of a place's table in Athena. */
export function athenaTable(place: string): string {
  return `stock_${place.replaceAll('-', '_')}`
}

/** The inventory table among the places. */
export const sourcePlace = 'inventory-table'
