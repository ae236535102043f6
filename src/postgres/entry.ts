import { isObject } from '../core/objects.ts'
import { isVersion } from '../core/version.ts'
import { SnapshotError } from '../errors.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import type { Column } from './column.ts'
import type { Layout } from './layout.ts'
import type { TextRow } from './transaction.ts'
import { textOf, valueOf } from './value.ts'

/** How the rows of a layout are asked for, and what each is. */
export interface EntryReader {
  /** A select list, its names c0, c1 and so on. */
  readonly select: string
  readonly entryOf: (row: TextRow) => SnapshotEntry
}

/** `columns` are those that there are; every column of the layout is one of them. */
export function entryReader(layout: Layout, columns: readonly Column[]): EntryReader {
  const { key, versionColumn, removedColumn } = layout
  const own = [versionColumn, removedColumn].flatMap((name) => name ?? [])
  const wanted = new Set([...key.keys(), ...layout.columns.keys(), ...own])
  const read = columns.filter(({ name }) => wanted.has(name))
  return {
    select: read.map((column, index) => `${textOf(column)} AS c${index}`).join(', '),
    entryOf(row) {
      const values = new Map(read.map((column, index) => [column.name, valueOf(row[`c${index}`], column)]))
      const version = versionColumn === undefined ? undefined : values.get(versionColumn)
      if (typeof version !== 'string' || !isVersion(version)) return { item: itemOf(values, layout) }
      const removed = removedColumn !== undefined && values.get(removedColumn) === true
      return removed ? { item: leftOf(values, layout), version, removed } : { item: itemOf(values, layout), version }
    },
  }
}

type Item = SnapshotEntry['item']
type Values = ReadonlyMap<string, unknown>

function itemOf(values: Values, layout: Layout): Item {
  const { row, columns } = layout
  if (row) return { ...keyOf(values, layout), ...called(row, values) }
  return Object.fromEntries([
    ...Object.entries(keyOf(values, layout)),
    ...[...columns].map(([column, attribute]) => [attribute, values.get(column)] as const),
  ])
}

/** What tells a tombstone's key: its attributes, or all that it has where these are in other columns. */
function leftOf(values: Values, layout: Layout): Item {
  const isTold = layout.key.size > 0 && [...layout.key.values()].every((attribute) => attribute !== undefined)
  return isTold ? keyOf(values, layout) : itemOf(values, layout)
}

function keyOf(values: Values, { key }: Layout): Item {
  const told = [...key].flatMap(([column, attribute]) =>
    attribute === undefined ? [] : [[attribute, values.get(column)] as const],
  )
  if (told.some(([, value]) => value === null)) throw new SnapshotError('A row of the table has no key: it is NULL.')
  return Object.fromEntries(told)
}

function called(row: NonNullable<Layout['row']>, values: Values): Item {
  let item: unknown
  try {
    item = row(Object.fromEntries(values))
  } catch (cause) {
    throw new SnapshotError('The function row threw an error.', { cause })
  }
  if (isObject(item)) return item
  throw new SnapshotError('The function row answered no object.')
}
