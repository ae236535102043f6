import { fc, test } from '@fast-check/vitest'
import { parse } from 'csv-parse/sync'
import type { SnapshotEntry } from 'dynamodb-stream-sync'
import { describe, expect } from 'vitest'
import { exactJson } from '../../src/core/exact-json.ts'
import { type BytesParser, bytesParser } from '../../src/files/bytes-parser.ts'
import { entryMaker } from '../../src/rows/entry-maker.ts'
import { csvRows } from '../../src/snapshots/csv/rows.ts'
import { ndjsonLines } from '../../src/snapshots/ndjson/lines.ts'
import { mayRound } from '../../src/snapshots/ndjson/may-round.ts'

/** Reads a text in pieces of these sizes, the last of them again and again. */
function readIn(sizes: readonly number[], content: Buffer, { push, end }: BytesParser): readonly SnapshotEntry[] {
  const entries: SnapshotEntry[] = []
  let piece = 0
  for (let start = 0; start < content.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1
    entries.push(...push(content.subarray(start, start + size)))
    start += size
  }
  return [...entries, ...end()]
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('CSV', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9 ]{0,6}$/),
    fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '😀', ';', '\0'), maxLength: 6 }),
  )
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 30 }))
  const format = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t'),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    quoteAll: fc.boolean(),
  })

  const parser = (columns: number, delimiter: string) => {
    const header = Array.from({ length: columns }, (_, index) => `c${index}`)
    const settings = {
      file: 'f',
      delimiter,
      encoding: 'utf-8',
      header,
      numbers: [],
      needed: [],
      maxBytes: 1_000_000,
    } as const
    return bytesParser(csvRows({ ...settings, entryOf: entryMaker({}) }))
  }
  const cellsOf = (entries: readonly SnapshotEntry[]) => entries.map(({ item }) => Object.values(item))

  test.prop([table, format, sizes])(
    'gives back what was written, and what csv-parse reads',
    (rows, { delimiter, lineBreak, quoteAll }, pieces) => {
      const written = (text: string) =>
        quoteAll || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
      const lines = rows.map((cells) => cells.map(written).join(delimiter) + lineBreak)
      const content = Buffer.from(lines.join(''))
      const isEmpty = (cells: readonly string[]) => cells.length === 1 && cells[0] === '' && !quoteAll
      const read = cellsOf(readIn(pieces, content, parser(rows[0]?.length ?? 1, delimiter)))
      expect(read).toEqual(rows.filter((cells) => !isEmpty(cells)))
      expect(read).toEqual(parse(content, { delimiter, skip_empty_lines: true, record_delimiter: ['\r\n', '\n'] }))
    },
  )

  test.prop([fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é'), maxLength: 30 }), sizes])(
    'takes and refuses what csv-parse takes and refuses, whatever the pieces',
    (text, pieces) => {
      fc.pre(!text.endsWith('\r')) // half a line break at the end of a file is one here
      const tried = <T>(read: () => T): T | 'refused' => {
        try {
          return read()
        } catch {
          return 'refused'
        }
      }
      const content = Buffer.from(text)
      const options = { skip_empty_lines: true, record_delimiter: ['\r\n', '\n'], relax_column_count: true }
      const expected = tried(() => parse(content, options))
      const width = expected === 'refused' ? 1 : (expected[0]?.length ?? 1)
      const isTable = expected !== 'refused' && expected.every((cells) => cells.length === width)
      expect(tried(() => cellsOf(readIn(pieces, content, parser(width, ','))))).toEqual(isTable ? expected : 'refused')
    },
  )
})

describe('lines of JSON', () => {
  const number = fc.oneof(
    fc.integer().map(String),
    fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => JSON.stringify(value)),
    fc.stringMatching(/^-?[1-9]\d{0,25}$/),
    fc.stringMatching(/^-?(?:0|[1-9]\d{0,12})\.\d{1,20}$/),
    fc.stringMatching(/^-?[1-9](?:\.\d{1,3})?[eE][+-]?\d{1,3}$/),
  )
  const text = fc
    .oneof(fc.string({ unit: 'binary' }), number, fc.stringMatching(/^[a-f0-9-]{0,40}$/))
    .map((one) => JSON.stringify(one))
  const value = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      text,
      fc.constantFrom('null', 'true'),
      fc.array(tie('value'), { maxLength: 4 }).map((all) => `[${all.join()}]`),
      fc
        .array(fc.tuple(text, fc.constantFrom(':', ' : '), tie('value')), { maxLength: 4 })
        .map((all) => `{${all.map((one) => one.join('')).join()}}`),
    ),
  })).value

  test.prop([
    fc.array(
      value.map((one) => `{"a":${one}}`),
      { maxLength: 10 },
    ),
    sizes,
  ])('are read exactly, whatever the pieces', (lines, pieces) => {
    const parser = bytesParser(ndjsonLines({ file: 'f', maxBytes: 1_000_000, entryOf: entryMaker({}) }))
    const read = readIn(pieces, Buffer.from(lines.join('\n')), parser)
    expect(read.map(({ item }) => item)).toEqual(lines.map(exactJson))
  })

  test.prop([value])('may round only where they are said to', (line) => {
    if (!mayRound(Buffer.from(`{"a":${line}}`))) expect(JSON.parse(line)).toEqual(exactJson(line))
  })
})
