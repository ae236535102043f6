import { exactJson } from '../../core/exact-json.ts'
import { isRecord } from '../../core/objects.ts'
import { SnapshotError } from '../../errors.ts'
import type { RowFormat } from '../../files/bytes-parser.ts'
import { invalidLine, markBytes, textOf } from '../../files/file-text.ts'
import { lineName } from '../../files/line-name.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { EntryMaker } from '../../rows/entry-maker.ts'
import { located } from '../../rows/located.ts'
import { mayRound } from './may-round.ts'

export interface NdjsonLines {
  readonly file: string
  readonly maxBytes: number
  readonly entryOf: EntryMaker<Readonly<Record<string, unknown>>>
}

const newline = 0x0a

/** Lines of JSON, each an object. */
export function ndjsonLines({ file, maxBytes, entryOf }: NdjsonLines): RowFormat {
  let line = 0
  const here = (): string => lineName(file, line)
  const tooLong = (): SnapshotError =>
    new SnapshotError(`${here()} is longer than ${maxBytes} bytes. Is it one object per line? Else raise maxLineBytes.`)

  function entry(text: string, parse: (text: string) => unknown): SnapshotEntry | undefined {
    let value: unknown
    try {
      value = parse(text)
    } catch {
      if (text.trim() === '') return undefined
      throw new SnapshotError(`${here()} is no JSON, or cut off. Write one JSON object per line.`) // the parser's own words quote it
    }
    if (!isRecord(value)) throw new SnapshotError(`${here()} is no JSON object. Write one per line.`)
    try {
      return entryOf(value)
    } catch (error) {
      throw located(here(), error)
    }
  }

  return {
    maxBytes,
    tooLong: () => {
      line++
      return tooLong()
    },
    read(bytes, isLast, entries) {
      const from = line === 0 ? markBytes(bytes, file) : 0
      const to = isLast ? bytes.length : bytes.lastIndexOf(newline) + 1
      if (to <= from) return 0
      const whole = bytes.subarray(from, to)
      const text = textOf(whole, 'utf-8')
      if (text === undefined)
        throw new SnapshotError(`${lineName(file, line + 1 + invalidLine(whole))} is no UTF-8. Save the file as UTF-8.`)
      const parse = mayRound(whole) ? exactJson : (JSON.parse as (text: string) => unknown)
      for (let start = 0; start < text.length;) {
        const at = text.indexOf('\n', start)
        const end = at < 0 ? text.length : at
        line++
        if (end > start) {
          if (whole.length > maxBytes && Buffer.byteLength(text.slice(start, end)) > maxBytes) throw tooLong()
          const one = entry(text.substring(start, end), parse)
          if (one !== undefined) entries.push(one)
        }
        start = end + 1
      }
      return to
    },
  }
}
