import { isRecord } from '../../core/objects.ts'
import { SnapshotError } from '../../errors.ts'

/** What an export holds: the whole table at one time, or what changed between two. */
export type ExportType = 'FULL_EXPORT' | 'INCREMENTAL_EXPORT'

/** What `manifest-summary.json` says. */
export interface ExportSummary {
  readonly tableArn: string
  readonly type: ExportType
  readonly from: Date
  readonly to: Date
  readonly items: number
}

/** One line of `manifest-files.json`. */
export interface DataFile {
  /** The last part of its key, as `a1b2c3.json.gz`. */
  readonly name: string
  readonly items: number
  /** Of the file as it is stored, in base64. */
  readonly md5: string
}

/**
 * Reads a summary manifest. Exports in Amazon Ion are refused.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @throws SnapshotError for what is no manifest of an export that can be read.
 */
export function summaryOf(text: string, shown: string): ExportSummary {
  const summary = jsonObject(text, shown)
  const { outputFormat, tableArn, itemCount, exportType: type = 'FULL_EXPORT' } = summary
  if (outputFormat === 'ION')
    throw new SnapshotError(`${shown} is of an export in Amazon Ion. Export again, with ExportFormat DYNAMODB_JSON.`)
  if (outputFormat !== 'DYNAMODB_JSON') throw noManifest(shown, 'outputFormat')
  if (type !== 'FULL_EXPORT' && type !== 'INCREMENTAL_EXPORT') throw noManifest(shown, 'exportType')
  if (typeof tableArn !== 'string' || tableArn === '') throw noManifest(shown, 'tableArn')
  if (!isCount(itemCount)) throw noManifest(shown, 'itemCount')
  const time = (name: string) => timeIn(summary, name, shown)
  const [from, to] = type === 'FULL_EXPORT' ? ['exportTime', 'exportTime'] : ['exportFromTime', 'exportToTime']
  return { tableArn, type, from: time(from), to: time(to), items: itemCount }
}

/**
 * Reads a files manifest: JSON lines, one for each data file.
 *
 * @throws SnapshotError that names the line, for what is none, and where the counts do not add up to the summary's.
 */
export function dataFilesOf(text: string, items: number, shown: string): readonly DataFile[] {
  const files: DataFile[] = []
  const names = new Set<string>()
  let sum = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const file = dataFileOf(line, `${shown}, line ${index + 1}`)
    if (names.has(file.name)) throw new SnapshotError(`${shown}, line ${index + 1} names a data file a second time.`)
    names.add(file.name)
    files.push(file)
    sum += file.items
  }
  if (sum === items) return files
  throw new SnapshotError(
    `${shown} counts ${sum} items, and the summary ${items}. They are not of one export: copy it anew.`,
  )
}

/** The folder before it may be another one: an export can be copied. */
const dataKey = /(?:^|\/)data\/([\w-]{1,200}\.json\.gz)$/

function dataFileOf(line: string, shown: string): DataFile {
  const { itemCount, md5Checksum, dataFileS3Key: key } = jsonObject(line, shown)
  if (!isCount(itemCount)) throw noManifest(shown, 'itemCount')
  if (typeof md5Checksum !== 'string' || !isMd5(md5Checksum)) throw noManifest(shown, 'md5Checksum')
  const name = typeof key === 'string' ? dataKey.exec(key)?.[1] : undefined
  if (name === undefined) throw noManifest(shown, 'dataFileS3Key')
  return { name, items: itemCount, md5: md5Checksum }
}

/** Whether a text is 16 bytes in base64. */
export function isMd5(text: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(text)
}

function jsonObject(text: string, shown: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined // the parser's own words quote the text
  }
  if (isRecord(value)) return value
  throw new SnapshotError(`${shown} is no JSON object, or cut off. Copy the export anew.`)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function timeIn(summary: Readonly<Record<string, unknown>>, name: string, shown: string): Date {
  const text = summary[name]
  const time = typeof text === 'string' ? Date.parse(text) : NaN
  if (Number.isNaN(time)) throw noManifest(shown, name)
  return new Date(time)
}

function noManifest(shown: string, name: string): SnapshotError {
  return new SnapshotError(`${shown} has no ${name} that makes sense. Is it a manifest of an export by DynamoDB?`)
}
