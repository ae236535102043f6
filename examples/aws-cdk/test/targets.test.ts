import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSocketServer, type AddressInfo } from 'node:net'
import { createStreamSyncHandler, defineSync } from 'dynamodb-stream-sync'
import { memoryDlq, streamEvent } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Warehouse } from '../lib/config/types.ts'
import { stock } from './sample/item.ts'

const item = { sku: 'A1', region: 'eu', category: 'garden', state: 'active', quantity: 5 }

interface Asked {
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: any
}

/** Secrets Manager, EventBridge and a warehouse behind HTTP: all that answer by HTTP. */
function answersAll(asked: Asked[]): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? request.method)
      asked.push({ target, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
      const secret = { SecretString: '{"username":"sync","password":"of the test"}' }
      const answer = target.endsWith('PutEvents') ? { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } : secret
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
    })
  })
}

const listening = async (server: Pick<Server, 'listen' | 'address'>) => {
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  return (server.address() as AddressInfo).port
}

describe('A warehouse', () => {
  const asked: Asked[] = []
  const server = answersAll(asked)
  let url: string
  beforeAll(async () => {
    url = `http://localhost:${await listening(server)}`
    Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' })
    Object.assign(process.env, { AWS_ENDPOINT_URL_SECRETS_MANAGER: url, AWS_ENDPOINT_URL_EVENTBRIDGE: url })
    process.env['EVENT_BUS'] = 'inventory-stock'
    vi.resetModules() // clients and secrets are kept for as long as a container lives
  })
  afterAll(() => {
    for (const name of ['SECRETS_MANAGER', 'EVENTBRIDGE']) delete process.env[`AWS_ENDPOINT_URL_${name}`]
    delete process.env['EVENT_BUS']
    return new Promise((resolve) => server.close(resolve))
  })
  beforeEach(() => void asked.splice(0))

  async function delivered(warehouse: Warehouse): Promise<void> {
    const { directRoutes } = await import('../lambda/wiring/routes.ts')
    const targets = await directRoutes([{ ...warehouse, retry: { maxAttempts: 1 } }])
    await createStreamSyncHandler(defineSync(stock, { targets, dlq: memoryDlq() }))(streamEvent([{ newImage: item }]))
  }

  it('behind HTTP gets what is signed', async () => {
    await delivered({ name: 'signed', kind: 'http', url: `${url}/stock/{sku}`, secret: 'signed' })
    const [put] = asked.filter(({ target }) => target === 'PUT')
    expect(put?.body).toEqual(item)
    expect(Object.keys(put!.headers).filter((name) => name.includes('signature'))).not.toEqual([])
  })

  it('that is a group gets events of its own source, which its rule asks for', async () => {
    await delivered({ name: 'garden-partners', kind: 'event-bridge' })
    const [put] = asked.filter(({ target }) => target.endsWith('PutEvents'))
    expect(put?.body.Entries).toEqual([
      expect.objectContaining({ EventBusName: 'inventory-stock', Source: 'inventory.garden-partners' }),
    ])
  })

  it('that is a PostgreSQL database is asked for TLS before anything else', async () => {
    const firsts: string[] = []
    const database = createSocketServer((socket) => {
      socket.once('data', (bytes) => {
        firsts.push(bytes.subarray(0, 8).toString('hex'))
        socket.end('N') // it has none
      })
    })
    const port = await listening(database as unknown as Server)
    await delivered({ name: 'database', kind: 'postgres', host: 'localhost', port, secret: 'database' })
    await new Promise((resolve) => database.close(resolve))
    expect(firsts[0]).toBe('0000000804d2162f') // https://www.postgresql.org/docs/current/protocol-message-formats.html
  })
})
