import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, type Readable } from 'node:stream'

/** What the warehouse keeps of one URL. A removed row stays, so that nothing older brings it back. */
export interface WmsRow {
  /** The path's segments, decoded. */
  readonly path: readonly string[]
  readonly version: string
  /** The JSON as it came, so that no number is rounded. */
  readonly text: string
  readonly removed: boolean
}

export interface WmsRequest {
  readonly method: string
  /** Path and query, as received. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** What goes wrong with one request. */
export interface WmsFault {
  /** Whether the request is carried out all the same. Default: only where nothing takes the answer's place. */
  readonly applied?: boolean
  readonly delayMs?: number
  /** Takes the answer's place. `unfinished` sends headers and the first bytes, then nothing more. */
  readonly answer?: WmsAnswer | 'none' | 'dropped' | 'unfinished'
}

export interface WmsAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
}

export interface WmsOptions {
  /** Compares `Sync-Version` with what is held, and keeps tombstones. Default true. */
  readonly guarded?: boolean
  /** Default 0: any free one. */
  readonly port?: number
  /** Where rows are kept, by path. Default: in memory, for as long as the server runs. */
  readonly store?: Pick<Map<string, WmsRow>, 'get' | 'set' | 'delete' | 'values'>
  /** Asked before each request is carried out; `count` starts at 1. */
  readonly fault?: (request: WmsRequest, count: number) => WmsFault | undefined
}

export interface WmsServer {
  /** As `http://127.0.0.1:40123`. */
  readonly url: string
  /** What is in stock: without removed rows. */
  readonly items: () => readonly WmsRow[]
  readonly requests: () => readonly WmsRequest[]
  /** Connections opened since the start. */
  readonly connections: () => number
  /** Requests whose client left before they were answered. */
  readonly abandoned: () => number
  /** Ends at once, whatever is under way. */
  readonly stop: () => Promise<void>
}

/** A warehouse management system over HTTP: PUT, DELETE and GET of JSON, guarded by `Sync-Version`. */
export async function startWmsServer(options: WmsOptions = {}): Promise<WmsServer> {
  const { store = new Map<string, WmsRow>(), guarded = true, fault } = options
  const requests: WmsRequest[] = []
  let connections = 0
  let abandoned = 0

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await received(incoming)
    requests.push(request)
    const wrong = fault?.(request, requests.length) ?? {}
    if (wrong.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, wrong.delayMs))
    const applied = wrong.applied ?? wrong.answer === undefined
    const answer = applied ? carriedOut(request, store, guarded) : { status: 500 }
    send(response, wrong.answer ?? answer)
  }

  const server = createServer((incoming, response) => {
    response.on('close', () => {
      if (!response.writableFinished) abandoned++
    })
    serve(incoming, response).catch(() => response.destroy())
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    items: () => [...store.values()].filter(({ removed }) => !removed),
    requests: () => requests,
    connections: () => connections,
    abandoned: () => abandoned,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function received(incoming: IncomingMessage): Promise<WmsRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = '', url = '', headers } = incoming
  return { method, url, headers, body: Buffer.concat(chunks) }
}

function carriedOut(request: WmsRequest, store: NonNullable<WmsOptions['store']>, guarded: boolean): WmsAnswer {
  const { method, url, headers, body } = request
  const held = store.get(url)
  if (method === 'GET') return shown(held)
  if (method !== 'PUT' && method !== 'DELETE') return { status: 405 }
  const version = headers['sync-version']
  if (typeof version !== 'string') return { status: 400, body: 'Sync-Version is missing.' }
  const named = held && { 'sync-version': held.version }
  if (guarded && held && held.version > version) return { status: 412, headers: { ...named } }
  if (guarded && held?.version === version) return { status: 409, headers: { ...named } }
  const removed = method === 'DELETE'
  if (removed && !guarded) return { status: store.delete(url) ? 204 : 404 }
  const path = new URL(url, 'http://wms').pathname.slice(1).split('/').map(decodeURIComponent)
  store.set(url, { path, version, text: body.toString(), removed })
  return { status: removed ? 204 : 200, headers: { 'sync-version': version } }
}

function shown(held: WmsRow | undefined): WmsAnswer {
  if (!held) return { status: 404 }
  const headers = { 'sync-version': held.version }
  if (held.removed) return { status: 410, headers }
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body: held.text }
}

function send(response: ServerResponse, answer: NonNullable<WmsFault['answer']>): void {
  if (answer === 'none') return
  if (answer === 'dropped') {
    response.socket?.destroy()
    return
  }
  if (answer === 'unfinished') {
    response.writeHead(200, { 'content-length': '1000' }).write('{')
    return
  }
  const { status, headers, body } = answer
  response.writeHead(status, headers)
  if (typeof body === 'object') {
    // A body that fails breaks the answer off; a client that leaves ends the body.
    pipeline(body, response, () => undefined)
  } else response.end(body)
}
