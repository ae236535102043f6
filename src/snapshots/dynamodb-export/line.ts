import { decodeImage } from '../../core/attribute-value.ts'
import { isRecord } from '../../core/objects.ts'
import { isSyncError, SnapshotError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { ExportType } from './manifest.ts'

/** One line of a data file. */
export interface ExportLine {
  readonly entry: SnapshotEntry
  /** Of an incremental export: which item it is, and when it was written, in microseconds since 1970. */
  readonly change?: { readonly keys: string; readonly writtenAt: bigint } | undefined
}

/**
 * Reads one line of a data file, decoded as the stream's images are. The new image of a change is the item; a change
 * without one is a removal: keys, and perhaps the old image.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @throws SnapshotError whose message says what the line does wrong, without what it holds, and not where it stands.
 */
export function exportLine(text: string, type: ExportType): ExportLine {
  const line = parsed(text)
  try {
    return type === 'FULL_EXPORT' ? { entry: { item: decodeImage(member(line, 'Item')) } } : changeOf(line)
  } catch (cause) {
    if (!isSyncError(cause, 'RECORD_UNDECODABLE')) throw cause
    throw new SnapshotError(`cannot be read. ${cause.message}`, { cause })
  }
}

function changeOf(line: Readonly<Record<string, unknown>>): ExportLine {
  const keys = member(line, 'Keys')
  const key = decodeImage(keys)
  const change = { keys: JSON.stringify(keys), writtenAt: writeTimeIn(line) }
  if (line['NewImage'] === undefined) return { entry: { item: key, removed: true }, change }
  return { entry: { item: decodeImage(member(line, 'NewImage')) }, change }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SnapshotError('is no JSON, or cut off. Copy the export anew.') // the parser's own words quote the line
  }
  if (isRecord(value)) return value
  throw new SnapshotError('is no JSON object. Is it a data file of an export in DYNAMODB_JSON?')
}

function member(line: Readonly<Record<string, unknown>>, name: string): object {
  const value = line[name]
  if (isRecord(value)) return value
  throw new SnapshotError(`has no ${name}. Is it a data file of this export?`)
}

/** `{ "N": "1700000000000000" }`, and in some examples a plain text. */
function writeTimeIn(line: Readonly<Record<string, unknown>>): bigint {
  const given = isRecord(line['Metadata']) ? line['Metadata']['WriteTimestampMicros'] : undefined
  const micros = isRecord(given) ? given['N'] : given
  if (typeof micros === 'string' && /^\d{1,20}$/.test(micros)) return BigInt(micros)
  throw new SnapshotError('has no Metadata.WriteTimestampMicros. Is it a data file of this export?')
}
