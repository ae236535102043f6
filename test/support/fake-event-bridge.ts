import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { filterPattern } from '../../src/testing/mapping/filter-pattern.ts'

/** An entry of PutEvents as it came. */
export type SentEntry = Readonly<Record<string, unknown>>

/** An event as rules and their targets see it. */
export interface BusEvent {
  readonly id: string
  readonly source: string
  readonly 'detail-type': string
  readonly time: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** What goes wrong with one request. `hang` never answers; a status answers with the error's name, or with nothing. */
export type BusFault =
  { readonly status: number; readonly type?: string; readonly body?: string } | 'hang' | 'drop' | undefined

export interface FakeEventBridgeOptions {
  /** The buses that there are. Default `stock`. */
  readonly buses?: readonly string[]
  /** Asked before each request is carried out; `count` starts at 1. */
  readonly fault?: ((operation: string, count: number) => BusFault) | undefined
  /** The code that one entry fails with, such as ThrottlingException; asked before it is taken. */
  readonly entryFault?: (entry: SentEntry, count: number) => string | undefined
  /** What a call holds at most, less one. Default 1,048,576 bytes. */
  readonly callBytes?: number
}

export interface FakeEventBridge {
  readonly endpoint: string
  /** A client of the SDK for it, as the target would make one. */
  readonly client: EventBridgeClient
  readonly events: () => readonly BusEvent[]
  /** The events that a rule of this pattern takes. */
  readonly matching: (pattern: object) => readonly BusEvent[]
  /** The operations asked for, with how many entries each held. */
  readonly requests: () => readonly { readonly operation: string; readonly entries: number }[]
  readonly buses: Set<string>
  readonly stop: () => Promise<void>
}

interface Bus {
  readonly options: FakeEventBridgeOptions
  readonly buses: Set<string>
  readonly events: BusEvent[]
  entries: number
}

/**
 * A fake of EventBridge: two operations in the protocol AWS JSON 1.1, with the limits and error codes that AWS documents.
 * As the real one, it takes events for a bus that is not there, and drops them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function startFakeEventBridge(options: FakeEventBridgeOptions = {}): Promise<FakeEventBridge> {
  const bus: Bus = { options, buses: new Set(options.buses ?? ['stock']), events: [], entries: 0 }
  const requests: { readonly operation: string; readonly entries: number }[] = []

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).replace(/^AWSEvents\./, '')
    const input = JSON.parse(await textOf(incoming)) as SentEntry
    requests.push({ operation, entries: Array.isArray(input['Entries']) ? input['Entries'].length : 0 })
    const fault = options.fault?.(operation, requests.length)
    if (fault === 'hang') return
    if (fault === 'drop') return void incoming.socket.destroy()
    const { status, body } = fault ? faultAnswer(fault) : carriedOut(operation, input, bus)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body)
  }

  const server = createServer((incoming, response) => void serve(incoming, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = clientOf(endpoint)
  return {
    endpoint,
    client,
    events: () => bus.events,
    matching: (pattern) => bus.events.filter(ruleOf(pattern)),
    requests: () => requests,
    buses: bus.buses,
    stop: async () => {
      client.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function clientOf(endpoint: string): EventBridgeClient {
  return new EventBridgeClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  })
}

function ruleOf(pattern: object): (event: BusEvent) => boolean {
  return filterPattern(JSON.stringify(pattern), { field: 'EventPattern', support: 'eventBridge' })
}

interface Answer {
  readonly status: number
  readonly body: string
}

function faultAnswer({ status, type, body }: Exclude<BusFault, string | undefined>): Answer {
  return { status, body: body ?? (type === undefined ? '' : JSON.stringify({ __type: type, message: 'secret' })) }
}

function carriedOut(operation: string, input: SentEntry, bus: Bus): Answer {
  if (operation === 'DescribeEventBus') return described(String(input['Name']), bus)
  if (operation !== 'PutEvents') return faultAnswer({ status: 400, type: 'UnknownOperationException' })
  const entries = input['Entries'] as readonly SentEntry[]
  if (entries.length < 1 || entries.length > 10) return faultAnswer({ status: 400, type: 'ValidationException' })
  const bytes = entries.map(bytesOf).reduce((sum, size) => sum + size, 0)
  if (bytes >= (bus.options.callBytes ?? 1_048_576)) return faultAnswer({ status: 413 })
  const answers = entries.map((entry) => taken(entry, bus))
  const FailedEntryCount = answers.filter((answer) => 'ErrorCode' in answer).length
  return { status: 200, body: JSON.stringify({ FailedEntryCount, Entries: answers }) }
}

function described(name: string, { buses }: Bus): Answer {
  if (!buses.has(nameOf(name))) return faultAnswer({ status: 400, type: 'ResourceNotFoundException' })
  const Arn = `arn:aws:events:eu-west-1:123456789012:event-bus/${nameOf(name)}`
  return { status: 200, body: JSON.stringify({ Name: nameOf(name), Arn }) }
}

function nameOf(name: string): string {
  return name.replace(/^.*:event-bus\//, '')
}

function taken(entry: SentEntry, bus: Bus): SentEntry {
  bus.entries += 1
  const code = bus.options.entryFault?.(entry, bus.entries) ?? problemOf(entry)
  if (code !== undefined) return { ErrorCode: code, ErrorMessage: 'secret' }
  const id = `event-${bus.entries}`
  if (bus.buses.has(nameOf(String(entry['EventBusName'])))) bus.events.push(eventOf(entry, id))
  return { EventId: id }
}

function problemOf({ Source, DetailType, Detail }: SentEntry): string | undefined {
  if (typeof Source !== 'string' || typeof DetailType !== 'string' || DetailType.length > 128) return 'InvalidArgument'
  if (typeof Detail !== 'string') return 'InvalidArgument'
  return isJsonObject(Detail) ? undefined : 'MalformedDetail'
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function eventOf(entry: SentEntry, id: string): BusEvent {
  const time = typeof entry['Time'] === 'number' ? new Date(entry['Time'] * 1_000) : new Date()
  return {
    id,
    source: String(entry['Source']),
    'detail-type': String(entry['DetailType']),
    time: time.toISOString(),
    detail: JSON.parse(String(entry['Detail'])) as BusEvent['detail'],
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html */
function bytesOf(entry: SentEntry): number {
  const texts = ['Source', 'DetailType', 'Detail'].map((name) => Buffer.byteLength(textIn(entry[name])))
  return texts.reduce((sum, size) => sum + size, entry['Time'] === undefined ? 0 : 14)
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
