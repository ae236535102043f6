import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { WmsOptions, WmsRow } from '../wms-server.ts'

interface LoggedWrite {
  readonly url: string
  readonly row: WmsRow
}

/** Rows whose every write is in a file before it is answered, and which a later process finds there again. */
export function loggedStore(file: string): NonNullable<WmsOptions['store']> {
  const written = loggedWrites(file)
  writeFileSync(file, written.map(lineOf).join('')) // without a last line that a kill cut off
  const rows = new Map(written.map(({ url, row }) => [url, row]))
  return {
    get: (url) => rows.get(url),
    values: () => rows.values(),
    set: (url, row) => {
      appendFileSync(file, lineOf({ url, row }))
      return rows.set(url, row)
    },
    delete: () => {
      throw new Error('A guarded warehouse keeps tombstones.')
    },
  }
}

/** What a warehouse holds after all writes of its file, by SKU. */
export function heldBy(file: string): readonly unknown[] {
  const rows = new Map(loggedWrites(file).map(({ url, row }) => [url, row]))
  const items = [...rows.values()].filter(({ removed }) => !removed).map(({ text }) => JSON.parse(text) as Stock)
  return items.sort((a, b) => (a.sku < b.sku ? -1 : 1))
}

/** Writes that put an older state over a newer one, or the same again. */
export function setBacks(file: string): readonly string[] {
  const newest = new Map<string, string>()
  return loggedWrites(file).flatMap(({ url, row }) => {
    const before = newest.get(url)
    if (before !== undefined && before >= row.version) return [`${url}: ${row.version} after ${before}`]
    newest.set(url, row.version)
    return []
  })
}

/** The writes of a file, oldest first. */
export function loggedWrites(file: string): readonly LoggedWrite[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LoggedWrite)
}

interface Stock {
  readonly sku: string
}

function lineOf(write: LoggedWrite): string {
  return `${JSON.stringify(write)}\n`
}
