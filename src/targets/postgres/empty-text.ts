import type { ColumnKind } from '../../postgres/column.ts'

/** What stands in a tombstone's column that must not be NULL. Undefined: there is nothing that every such type has. */
export const emptyTexts: Readonly<Record<ColumnKind, string | undefined>> = {
  text: '',
  number: '0',
  boolean: 'false',
  bytes: '\\x',
  json: '{}',
  instant: '1970-01-01T00:00:00Z',
  timestamp: '1970-01-01T00:00:00',
  date: '1970-01-01',
  texts: '{}',
  numbers: '{}',
  bytesList: '{}',
  other: undefined,
}
