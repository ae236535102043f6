import { givenOptions, shown } from '../../core/given-options.ts'
import { isRecord } from '../../core/objects.ts'
import { checkedLimits, type DuckDbOptions } from '../../duckdb/open-duckdb.ts'
import { parquetRelation } from '../../duckdb/parquet-files.ts'
import { quoteName } from '../../duckdb/quote.ts'
import { ConfigError } from '../../errors.ts'
import { checkRowOptions } from '../../rows/check-options.ts'
import { entryMaker, type EntryMaker } from '../../rows/entry-maker.ts'
import type { ParquetSnapshotOptions } from '../parquet.ts'

/** What {@link ParquetSnapshotOptions} come to, checked. */
export interface ParquetSettings {
  readonly files: readonly string[]
  /** The rows as a table expression, one column for each attribute. */
  readonly relation: string
  readonly key: readonly string[]
  /** Undefined: rows are items as they are. */
  readonly entryOf: EntryMaker<Readonly<Record<string, unknown>>> | undefined
  readonly limits: DuckDbOptions
}

const known = ['file', 'files', 'key', 'columns', 'row', 'entries', 'memoryLimit', 'threads', 'tempDirectory']

const defaultMemory = '128MB'

export function parquetSettings(options: ParquetSnapshotOptions): ParquetSettings {
  const given = givenOptions('parquetSnapshot', options, known, '{ file, key }')
  checkRowOptions(given)
  if (given['key'] === undefined)
    throw new ConfigError('key', "is missing. Give the item's one or two key attributes, as in 'sku'.")
  const files = checkedFiles(given)
  const key = typeof options.key === 'string' ? [options.key] : options.key
  const limits = {
    memoryLimit: options.memoryLimit ?? defaultMemory,
    threads: options.threads,
    tempDirectory: checkedFolder(given),
  }
  checkedLimits(limits)
  const isOwn = options.row !== undefined || options.entries === true
  const columns = checkedColumns(given['columns'], isOwn ? [] : key)
  return {
    files,
    relation: projected(parquetRelation(files), columns),
    key,
    entryOf: isOwn ? entryMaker(options) : undefined,
    limits,
  }
}

function checkedFiles({ file, files }: Readonly<Record<string, unknown>>): readonly string[] {
  if ((file === undefined) === (files === undefined))
    throw new ConfigError('file', 'and files take the place of each other. Give one of them.')
  const name = file === undefined ? 'files' : 'file'
  const all: unknown = file === undefined ? files : [file]
  if (Array.isArray(all) && all.length > 0 && all.every(isText)) return all
  throw new ConfigError(name, `${shown(file ?? files)} names no file. Give a path, such as 'stock.parquet'.`)
}

function checkedFolder({ tempDirectory }: Readonly<Record<string, unknown>>): string | undefined {
  if (tempDirectory === undefined || isText(tempDirectory)) return tempDirectory
  throw new ConfigError('tempDirectory', `${shown(tempDirectory)} is no path. Give one, or leave it out.`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

type Columns = ReadonlyMap<string, string>

/** Columns with their attributes; undefined: every column. Key attributes are read as well. */
function checkedColumns(columns: unknown, key: readonly string[]): Columns | undefined {
  if (columns === undefined) return undefined
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(columns)
    ? columns.map((name: unknown) => [name, name])
    : isRecord(columns)
      ? Object.entries(columns)
      : []
  const isSound = entries.length > 0 && entries.every(([column, attribute]) => isText(column) && isText(attribute))
  if (!isSound)
    throw new ConfigError('columns', `${shown(columns)} names no columns. Give ['sku', …] or { article: 'sku', … }.`)
  const all = new Map(entries as readonly (readonly [string, string])[]) // just looked at
  const isTwice = all.size < entries.length
  for (const attribute of key) if (![...all.values()].includes(attribute)) all.set(attribute, attribute)
  if (isTwice || new Set(all.values()).size < all.size)
    throw new ConfigError('columns', 'names a column or an attribute twice. Name each once.')
  return all
}

function projected(files: string, columns: Columns | undefined): string {
  if (!columns) return files
  const list = [...columns].map(([column, attribute]) =>
    column === attribute ? quoteName(column) : `${quoteName(column)} AS ${quoteName(attribute)}`,
  )
  return `(SELECT ${list.join(', ')} FROM ${files})`
}
