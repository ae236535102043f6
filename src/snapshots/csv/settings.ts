import { givenOptions, shown, type GivenOptions } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'
import { checkedFile, checkedRowBytes } from '../../files/check-options.ts'
import type { FileEncoding } from '../../files/file-text.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { checkRowOptions, rowOptionNames } from '../../rows/check-options.ts'
import type { CsvSnapshotOptions } from '../csv.ts'
import { columnsProblem } from './columns.ts'

/** What {@link CsvSnapshotOptions} come to, checked. */
export interface CsvSettings {
  readonly file: string
  readonly order: Snapshot['order']
  readonly delimiter: string
  readonly encoding: FileEncoding
  /** Undefined: the file's first line names them. */
  readonly header: readonly string[] | undefined
  readonly numbers: readonly string[]
  /** The columns that the header has to name. */
  readonly needed: readonly string[]
  readonly maxBytes: number
}

const names = ['file', 'numbers', 'delimiter', 'encoding', 'header', 'maxRowBytes', ...rowOptionNames]

/** @throws ConfigError for an option that cannot work. */
export function csvSettings(options: CsvSnapshotOptions): CsvSettings {
  const given = givenOptions('csvSnapshot', options, names, '{ file }')
  checkRowOptions(given)
  const { row, entries } = given
  const numbers = checkedNumbers(given)
  if (entries === true && row === undefined)
    throw new ConfigError('entries', 'is true, and no cell can hold an item. Give row, which makes entries of rows.')
  const keys = row === undefined && options.key !== undefined ? [options.key].flat() : []
  const needed = [...(numbers ?? []), ...keys]
  return {
    file: checkedFile(given),
    order: options.order ?? 'none',
    delimiter: checkedDelimiter(given),
    encoding: checkedEncoding(given),
    header: checkedHeader(given, needed),
    numbers: row === undefined ? (numbers ?? ['quantity']) : [],
    needed,
    maxBytes: checkedRowBytes('maxRowBytes', given),
  }
}

function checkedNumbers({ numbers, row }: GivenOptions): readonly string[] | undefined {
  if (numbers === undefined) return undefined
  if (!isTexts(numbers))
    throw new ConfigError('numbers', `${shown(numbers)} names no columns. Give a list such as ['quantity'].`)
  if (row !== undefined)
    throw new ConfigError('numbers', 'is given beside row, which makes its own numbers. Leave one of them out.')
  return numbers
}

function checkedDelimiter({ delimiter = ',' }: GivenOptions): string {
  if (typeof delimiter === 'string' && /^[\t\x20-\x7e]$/.test(delimiter) && delimiter !== '"') return delimiter
  throw new ConfigError(
    'delimiter',
    `${shown(delimiter)} cannot stand between cells. Give one ASCII character that is no quote, such as ';'.`,
  )
}

function checkedEncoding({ encoding = 'utf-8' }: GivenOptions): FileEncoding {
  if (encoding === 'utf-8' || encoding === 'windows-1252') return encoding
  throw new ConfigError('encoding', `${shown(encoding)} cannot be read. Give 'utf-8' or 'windows-1252'.`)
}

function checkedHeader({ header }: GivenOptions, needed: readonly string[]): readonly string[] | undefined {
  if (header === undefined) return undefined
  if (!isTexts(header) || header.length === 0)
    throw new ConfigError('header', `${shown(header)} names no columns. Give a list of texts, or leave it out.`)
  const problem = columnsProblem(header)
  if (problem !== undefined) throw new ConfigError('header', problem)
  const missing = needed.find((name) => !header.includes(name))
  if (missing !== undefined)
    throw new ConfigError('header', `names no column ${JSON.stringify(missing)}, which key or numbers name. Add it.`)
  return [...header]
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}
