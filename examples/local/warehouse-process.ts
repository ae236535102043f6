/**
 * A warehouse management system over HTTP, in a process of its own: `PUT`, `DELETE` and `GET /stock/{sku}`, guarded by
 * `Sync-Version`; `GET /stock` lists everything; `POST /count/{sku}` is a person who types in a quantity by hand.
 *
 * Arguments: port, journal file, `steady` or `flaky`. What was answered is in the journal, so a kill loses nothing.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type Answer, moods } from './warehouse-moods.ts'

interface Row {
  readonly sku: string
  readonly version: string
  readonly item: Readonly<Record<string, unknown>>
  readonly removed: boolean
}

const [port = '0', journal = '', mood = 'steady'] = process.argv.slice(2)
const stock = replayed()
const trouble = moods[mood === 'flaky' ? 'flaky' : 'steady']()

process.on('disconnect', () => process.exit()) // never outlives the demo

createServer((request, response) => {
  void (async () => {
    const body = await bodyOf(request)
    const { status, headers, body: answer } = (await trouble(request)) ?? carriedOut(request, body)
    response.writeHead(status, { ...headers, 'content-type': 'application/json' })
    response.end(answer === undefined ? undefined : JSON.stringify(answer))
  })().catch(() => response.destroy())
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'))

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function carriedOut({ method = '', url = '', headers }: IncomingMessage, body: string): Answer {
  const [, resource, sku] = url.split('/').map(decodeURIComponent)
  if (method === 'GET' && resource === 'stock' && sku === undefined) return { status: 200, body: [...stock.values()] }
  if (sku === undefined) return { status: 404 }
  const held = stock.get(sku)
  if (method === 'GET') return shown(held)
  if (method === 'POST' && resource === 'count') return counted(held, body)
  const version = headers['sync-version']
  if (typeof version !== 'string') return { status: 400 }
  return written(sku, held, version, method === 'DELETE' ? undefined : body)
}

function shown(held: Row | undefined): Answer {
  if (!held) return { status: 404 }
  const headers = { 'sync-version': held.version }
  return held.removed ? { status: 410, headers } : { status: 200, headers, body: held.item }
}

function written(sku: string, held: Row | undefined, version: string, body: string | undefined): Answer {
  const named = { 'sync-version': held?.version ?? version }
  if (held && held.version > version) return { status: 412, headers: named }
  if (held?.version === version) return { status: 409, headers: named }
  const item = body === undefined ? {} : (JSON.parse(body) as Row['item'])
  keep({ sku, version, item, removed: body === undefined })
  return { status: body === undefined ? 204 : 200, headers: { 'sync-version': version } }
}

function counted(held: Row | undefined, body: string): Answer {
  if (!held || held.removed) return { status: 404 }
  keep({ ...held, item: { ...held.item, ...(JSON.parse(body) as Row['item']) } })
  return { status: 200 }
}

function keep(row: Row): void {
  appendFileSync(journal, `${JSON.stringify(row)}\n`)
  stock.set(row.sku, row)
}

/** What the journal says; a last line that a kill cut off was never answered, and goes. */
function replayed(): Map<string, Row> {
  const text = existsSync(journal) ? readFileSync(journal, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) writeFileSync(journal, whole)
  const rows = whole.split('\n').filter((line) => line !== '')
  return new Map(rows.map((line) => JSON.parse(line) as Row).map((row) => [row.sku, row]))
}
