import type { AttributeMap } from '../../core/marshal.ts'
import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'

/** Where a segment stands: not begun, after the row with this key, or at its end. */
export type SegmentPosition = 'start' | 'end' | AttributeMap

/** Where a scan stands: some neighbouring segments out of `total`. */
export interface ScanPosition {
  /** The table, and its index where one is read. */
  readonly source: string
  readonly total: number
  readonly first: number
  readonly segments: readonly SegmentPosition[]
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html#DDB-Scan-request-TotalSegments */
export const mostSegments = 1_000_000

/** Keys of 64 segments and an index take less. */
const longestText = 2_000_000

const form = 1

/** A position as a text for keeping. It holds the keys of the rows that were read last, one for each segment. */
export function positionText({ source, total, first, segments }: ScanPosition): string {
  const written = segments.map((segment) => (typeof segment === 'string' ? segment : writtenKey(segment)))
  return Buffer.from(JSON.stringify([form, source, total, first, written])).toString('base64url')
}

/** @throws ConfigError for a text that is no position, or one of another source. */
export function positionOf(text: unknown, source: string): ScanPosition {
  const position = typeof text === 'string' && text.length <= longestText ? parsed(text) : undefined
  if (!position)
    throw new ConfigError('resumeFrom', 'is no position of a scan. Give back what onProgress handed over, unchanged.')
  if (position.source === source) return position
  throw new ConfigError(
    'resumeFrom',
    'is a position in another table or index. Give one of this table, or leave it out.',
  )
}

function parsed(text: string): ScanPosition | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
  if (!Array.isArray(value) || value.length !== 5 || value[0] !== form) return undefined
  const [, source, total, first, written] = value as readonly unknown[]
  if (typeof source !== 'string' || !isCount(total) || !isCount(first) || !Array.isArray(written)) return undefined
  if (written.length === 0 || first + written.length > total || total > mostSegments) return undefined
  const segments = written.map(readSegment)
  return segments.includes(undefined) ? undefined : { source, total, first, segments: segments as SegmentPosition[] }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** The key of a table has two attributes at most, and that of an index two more. */
const mostAttributes = 4

function readSegment(value: unknown): SegmentPosition | undefined {
  if (value === 'start' || value === 'end') return value
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value).map(([name, attribute]) => [name, readAttribute(attribute)] as const)
  const isKey = entries.length > 0 && entries.length <= mostAttributes && entries.every(([, attribute]) => attribute)
  return isKey ? (Object.fromEntries(entries) as AttributeMap) : undefined
}

/** Keys are texts, numbers or bytes; these as base64. */
function readAttribute(value: unknown): object | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined
  const { S: text, N: number, B: base64 } = value
  if (typeof text === 'string') return { S: text }
  if (typeof number === 'string') return { N: number }
  return typeof base64 === 'string' ? { B: Uint8Array.from(Buffer.from(base64, 'base64')) } : undefined
}

function writtenKey(key: AttributeMap): object {
  const entries = Object.entries(key).map(([name, { B: bytes, ...other }]) => [
    name,
    bytes instanceof Uint8Array ? { B: Buffer.from(bytes).toString('base64') } : other,
  ])
  return Object.fromEntries(entries) as object
}
