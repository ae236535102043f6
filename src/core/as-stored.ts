import type { StandardSchemaV1 } from '@standard-schema/spec'

const vendor = 'dynamodb-stream-sync/as-stored'

/**
 * A schema that takes every row as the table stores it, unchecked. Reconcile then looks at no row twice, and may leave
 * files to DuckDB as a whole.
 */
export function asStored<Item = Record<string, unknown>>(): StandardSchemaV1<unknown, Item> {
  return { '~standard': { version: 1, vendor, validate: (row) => ({ value: row as Item }) } } // the caller vouches
}

export function isAsStored(schema: StandardSchemaV1): boolean {
  return schema['~standard'].vendor === vendor
}
