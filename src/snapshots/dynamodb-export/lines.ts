import { SnapshotError } from '../../errors.ts'
import { invalidLine, textOf } from '../../files/file-text.ts'
import { lineName } from '../../files/line-name.ts'
import { located } from '../../rows/located.ts'
import { exportLine, type ExportLine } from './line.ts'
import type { ExportType } from './manifest.ts'

/** How the lines of one data file are read. */
export interface LineReading {
  /** As messages show it. */
  readonly file: string
  readonly type: ExportType
  readonly maxLineBytes: number
  /** Of all lines together. */
  readonly maxBytes: number
}

const newline = 0x0a
const none = Buffer.alloc(0)

/** The lines of a data file, as its bytes come. @throws SnapshotError that names the line. */
export async function* exportLines(
  chunks: AsyncIterable<Buffer>,
  { file, type, maxLineBytes, maxBytes }: LineReading,
): AsyncGenerator<readonly ExportLine[], void> {
  let line = 0
  let bytes = 0
  let rest: Buffer = none
  const read = (whole: Buffer): readonly ExportLine[] => {
    const lines = readLines(whole, { file, type, before: line, maxLineBytes })
    line += lines.length
    return lines
  }
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes)
      throw new SnapshotError(
        `${file} unpacks to more than ${maxBytes} bytes. If it is as it should be, raise maxFileBytes.`,
      )
    const known = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = known.lastIndexOf(newline) + 1
    rest = known.subarray(end)
    if (end > 0) yield read(known.subarray(0, end))
    if (rest.length > maxLineBytes) throw tooLong(file, line + 1, maxLineBytes)
  }
  if (rest.length > 0) yield read(rest)
}

interface Whole extends Pick<LineReading, 'file' | 'type' | 'maxLineBytes'> {
  /** How many lines stood before. */
  readonly before: number
}

function readLines(whole: Buffer, { file, type, before, maxLineBytes }: Whole): readonly ExportLine[] {
  const text = textOf(whole, 'utf-8')
  if (text === undefined)
    throw new SnapshotError(`${lineName(file, before + 1 + invalidLine(whole))} is no UTF-8. Copy the export anew.`)
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
  return lines.map((one, index) => {
    const line = before + index + 1
    if (one.length > maxLineBytes || (whole.length > maxLineBytes && Buffer.byteLength(one) > maxLineBytes))
      throw tooLong(file, line, maxLineBytes)
    try {
      return exportLine(one, type)
    } catch (error) {
      throw located(lineName(file, line), error)
    }
  })
}

function tooLong(file: string, line: number, maxLineBytes: number): SnapshotError {
  return new SnapshotError(
    `${lineName(file, line)} is longer than ${maxLineBytes} bytes. If it is as it should be, raise maxLineBytes.`,
  )
}
