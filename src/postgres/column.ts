import { isObject } from '../core/objects.ts'
import { TargetUnavailableError } from '../errors.ts'

/** How a column's values are read and written. `other`: as PostgreSQL's own text. */
export type ColumnKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'json'
  | 'instant'
  | 'timestamp'
  | 'date'
  | 'texts'
  | 'numbers'
  | 'bytesList'
  | 'other'

/** A column of a table or query. A domain is what it is made of. */
export interface Column {
  readonly name: string
  readonly oid: number
  /** The type's modifier: length, precision and scale; -1: none. */
  readonly modifier: number
  readonly kind: ColumnKind
}

/** Types by number, which never change. https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
export const oids = {
  ...{ bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, json: 114, float4: 700, float8: 701 },
  ...{ byteaArray: 1001, int2Array: 1005, int4Array: 1007, textArray: 1009, varcharArray: 1015, int8Array: 1016 },
  ...{ float4Array: 1021, float8Array: 1022, bpchar: 1042, varchar: 1043, date: 1082, timestamp: 1114 },
  ...{ timestamptz: 1184, numericArray: 1231, numeric: 1700, jsonb: 3802 },
} as const

const kinds = new Map<number, ColumnKind>([
  ...[oids.text, oids.varchar, oids.bpchar].map((oid) => [oid, 'text'] as const),
  ...[oids.int2, oids.int4, oids.int8, oids.numeric, oids.float4, oids.float8].map((oid) => [oid, 'number'] as const),
  ...[oids.json, oids.jsonb].map((oid) => [oid, 'json'] as const),
  ...[oids.textArray, oids.varcharArray].map((oid) => [oid, 'texts'] as const),
  ...[oids.int2Array, oids.int4Array, oids.int8Array, oids.numericArray, oids.float4Array, oids.float8Array].map(
    (oid) => [oid, 'numbers'] as const,
  ),
  [oids.bool, 'boolean'],
  [oids.bytea, 'bytes'],
  [oids.byteaArray, 'bytesList'],
  [oids.timestamptz, 'instant'],
  [oids.timestamp, 'timestamp'],
  [oids.date, 'date'],
])

/** The columns that a statement's answer describes. The protocol tells a domain's base type. */
export function columnsIn(fields: readonly unknown[]): readonly Column[] {
  return fields.map((field) => {
    const { name, dataTypeID: oid, dataTypeModifier: modifier } = isObject(field) ? field : {}
    if (typeof name !== 'string' || typeof oid !== 'number')
      throw new TargetUnavailableError("PostgreSQL's answer makes no sense: it does not describe its columns.")
    return { name, oid, modifier: typeof modifier === 'number' ? modifier : -1, kind: kinds.get(oid) ?? 'other' }
  })
}
