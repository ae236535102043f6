import { type DeadLetter, decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { defineItem } from '../../src/core/item.ts'
import { inventoryItem } from '../../src/core/inventory-item.ts'
import type { StreamEvent } from '../../src/core/stream-record.ts'
import { isSyncError, type SyncErrorCode } from '../../src/errors.ts'
import { kinesisEvents, type KinesisEvent } from '../../src/events/kinesis.ts'
import type { DecodedEntry } from '../../src/ports/event-decoder.ts'
import { recordReader } from '../../src/runtime/decode-record.ts'
import { letterReader } from '../../src/runtime/read-letter.ts'
import { recordVersions } from '../../src/runtime/record-version.ts'
import { streamEvents } from '../../src/runtime/stream-events.ts'
import { resolveSync, type Sync } from '../../src/runtime/sync.ts'
import { bytesParser, type RowFormat } from '../../src/files/bytes-parser.ts'
import { entryMaker } from '../../src/rows/entry-maker.ts'
import { positionOf } from '../../src/aws/dynamodb/scan-position.ts'
import { csvRows } from '../../src/snapshots/csv/rows.ts'
import { exportLine } from '../../src/snapshots/dynamodb-export/line.ts'
import { dataFilesOf, summaryOf } from '../../src/snapshots/dynamodb-export/manifest.ts'
import { parseLinks } from '../../src/snapshots/http/links.ts'
import { nextUrl } from '../../src/snapshots/http/next-url.ts'
import { httpSettings } from '../../src/snapshots/http/settings.ts'
import { ndjsonLines } from '../../src/snapshots/ndjson/lines.ts'
import { entryOf } from '../../src/targets/http/entry-of.ts'
import { exactJson } from '../../src/core/exact-json.ts'
import { judge } from '../../src/targets/http/judge.ts'
import type { HttpAnswer } from '../../src/http/send.ts'

/**
 * Reads one text from outside in every way that the library does. Answers with what it read, whose size is measured;
 * throws for what no input may do: any error that is not the decoder's own.
 */
export type Decoder = (text: string) => unknown

const targets = { east: { guarded: true, apply: () => Promise.resolve('applied' as const) } }
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const onlySchema = inventoryItem.schema
const syncs = [
  resolveSync({ targets, logger: quiet }),
  resolveSync({
    item: defineItem({ schema: onlySchema, key: ['sku'], version: { attribute: 'v' } }),
    targets,
    logger: quiet,
  }),
  resolveSync({ item: defineItem({ schema: onlySchema, key: ['sku', 'quantity'] }), targets, logger: quiet }),
] as unknown as readonly Sync<unknown>[] // whose items are only read

/** Each by the name under which it is reported. */
export const decoders: Readonly<Record<string, Decoder>> = {
  'stream event': (text) => {
    const event = json(text)
    return (
      event &&
      syncs.map((sync) =>
        tried('RECORD_UNDECODABLE', () => read([...streamEvents.decode(event.value as StreamEvent)], sync)),
      )
    )
  },
  'Kinesis event': (text) => {
    const event = json(text)
    const sequenceNumber = '1'
    const base64 = Buffer.from(text).toString('base64')
    const wrapped = { Records: [base64, text].map((data) => ({ kinesis: { data, sequenceNumber } })) }
    return [event?.value, wrapped].map((value) =>
      tried('RECORD_UNDECODABLE', () => read([...kinesisEvents().decode(value as KinesisEvent)], syncs[1]!)),
    )
  },
  'dead letter': (text) => {
    const letter = tried('RECORD_UNDECODABLE', () => decodeDeadLetter(text))
    if (!isRefusal(letter)) shallow(() => decodeDeadLetter(encodeDeadLetter(letter as DeadLetter))) // what can be read can be parked again
    const message = { messageId: '1', body: text }
    const letters = syncs.map((sync) => letterReader(sync, versionsOf(sync))(message))
    for (const { refusal } of letters)
      if (refusal === 'The message cannot be read.')
        throw new Error('The letter was refused for an error that is not typed.')
    return letters
  },
  'HTTP answer': (text) => {
    const answer = httpAnswer(text)
    const version = '000000/2026-01-01/0000000000000000000000000000000000000005'
    const key = { key: 'A', keyAttributes: { sku: 'A' } }
    if (json(answer.text)) shallow(() => exactJson(answer.text)) // what is JSON to the runtime is JSON to us
    return [
      tried('TARGET_', () => judge(answer, { type: 'upsert', version })),
      tried('TARGET_', () => judge(answer, { type: 'removal', version })),
      tried('TARGET_', () => entryOf(answer, key, (body) => ({ item: body as Readonly<Record<string, unknown>> }))),
    ]
  },
  'CSV file': (text) => encodings.map(({ encoding, bytes }) => readFile(bytes(text), csvFormat(encoding))),
  'NDJSON file': (text) =>
    encodings.flatMap(({ bytes }) =>
      [entryMaker({}), entryMaker({ entries: true, key: 'sku' })].map((entry) =>
        readFile(bytes(text), ndjsonLines({ file: 'f', maxBytes: 10_000, entryOf: entry })),
      ),
    ),
  'Link header': (text) => {
    const links = parseLinks(text)
    const url = new URL('https://lyon.example/stock?page=1')
    return [
      links?.map(({ target, parameters }) => [target, ...parameters]),
      links && tried('SNAPSHOT_', () => nextUrl({ url, body: undefined, headers: linkHeader(text) }, linked)?.href),
      tried('SNAPSHOT_', () => nextUrl({ url, body: text, headers: new Headers() }, told)?.href),
    ]
  },
  'DynamoDB export': (text) => [
    tried('SNAPSHOT_INVALID', () => exportLine(text, 'FULL_EXPORT')),
    tried('SNAPSHOT_INVALID', () => exportLine(text, 'INCREMENTAL_EXPORT')),
    tried('SNAPSHOT_INVALID', () => summaryOf(text, 'summary')),
    tried('SNAPSHOT_INVALID', () => dataFilesOf(text, 5, 'files')),
  ],
  'scan position': (text) => {
    const base64 = Buffer.from(text).toString('base64url')
    return [text, base64].map((one) => tried('CONFIG_INVALID', () => positionOf(one, 'stock')))
  },
}

const linked = httpSettings({ url: 'https://lyon.example/' })
const told = httpSettings({ url: 'https://lyon.example/', next: (body) => body as string })

/** Text as a file may hold it: well encoded, and as any bytes. */
const encodings = [
  { encoding: 'utf-8', bytes: (text: string) => Buffer.from(text) },
  { encoding: 'utf-8', bytes: (text: string) => Buffer.from(text, 'latin1') },
  { encoding: 'windows-1252', bytes: (text: string) => Buffer.from(text, 'latin1') },
] as const

function csvFormat(encoding: 'utf-8' | 'windows-1252'): RowFormat {
  const settings = { delimiter: ',', header: undefined, numbers: ['quantity'], needed: [], maxBytes: 1_000 }
  return csvRows({ file: 'f', ...settings, encoding, entryOf: entryMaker({}) })
}

/** What a file comes to that is read in pieces: the names of its attributes once, and the rest. */
function readFile(bytes: Buffer, format: RowFormat): unknown {
  const { push, end } = bytesParser(format)
  const names = new Set<string>()
  const values: unknown[] = []
  const take = (entries: ReturnType<typeof end>) => {
    for (const { item, ...facts } of entries) {
      for (const name of Object.keys(item)) names.add(name)
      values.push(Object.values(item), Object.values(facts))
    }
  }
  const refused = tried('SNAPSHOT_', () => {
    for (let start = 0; start < bytes.length; start += 256) take(push(bytes.subarray(start, start + 256)))
    take(end())
  })
  return [names, values, refused]
}

/** What no server can send counts as nothing. */
function linkHeader(text: string): Headers {
  try {
    return new Headers({ link: text })
  } catch {
    return new Headers()
  }
}

interface Refusal {
  readonly refused: SyncErrorCode
}

/** Only errors with that code, or whose code starts so, are let pass. */
function tried<T>(code: string, decode: () => T): T | Refusal {
  try {
    return decode()
  } catch (error) {
    if (isSyncError(error) && error.code.startsWith(code)) return { refused: error.code }
    throw error
  }
}

/** What nests thousands of levels deep may be too much for what recurses; that it is no JSON, nobody may say. */
function shallow(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
}

function isRefusal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'refused' in value
}

function read<Item>(entries: readonly DecodedEntry[], sync: Sync<Item>): readonly unknown[] {
  const versions = versionsOf(sync)
  const reader = recordReader(sync, versions)
  const records = entries.flatMap((entry) => ('record' in entry ? [entry.record] : []))
  versions.learn(records)
  return records.map((record) => tried('RECORD_UNDECODABLE', () => reader.read(record)))
}

function versionsOf<Item>({ versionAttribute: attribute, epochs }: Sync<Item>) {
  return recordVersions({ attribute, epochs })
}

function json(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

/** Status, headers and body as HTTP writes them; what no server can send is left out. */
function httpAnswer(raw: string): HttpAnswer {
  const end = raw.indexOf('\n\n')
  const [status = '', ...lines] = (end < 0 ? raw : raw.slice(0, end)).split('\n')
  const headers = new Headers()
  for (const line of lines) {
    const [name = '', ...value] = line.split(': ')
    try {
      headers.append(name, value.join(': '))
    } catch {
      // no header
    }
  }
  const number = Number.parseInt(status, 10)
  const body = end < 0 ? '' : raw.slice(end + 2)
  return { status: number >= 200 && number <= 599 ? number : 200, headers, text: body, arrival: 'whole' }
}
