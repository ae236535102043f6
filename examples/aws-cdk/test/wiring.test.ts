import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { queueVariable, variable } from '../lambda/wiring/environment.ts'
import { lagOf } from '../lambda/wiring/lag-of.ts'
import { secretText } from '../lambda/wiring/secrets.ts'
import { eventBridgeWarehouse } from '../lambda/wiring/targets/event-bridge.ts'
import { whenReady } from '../lambda/wiring/when-ready.ts'

type Context = Parameters<ReturnType<typeof whenReady>>[1]
const context = {} as Context // no handler here looks at it

describe('A handler that has to be made first', () => {
  it('is made once, while the code is loaded, and then called with each event', async () => {
    let made = 0
    const handler = whenReady(async () => {
      made++
      return async (event: string) => `done: ${event}`
    })
    expect(made).toBe(1)
    expect([await handler('a', context), await handler('b', context), made]).toEqual(['done: a', 'done: b', 1])
  })

  it('is made anew by the invocation that finds it failed: Lambda may freeze what is begun while the code is loaded', async () => {
    let made = 0
    let thaw: (error: Error) => void = () => undefined
    const frozen = new Promise<never>((_, reject) => (thaw = reject))
    const handler = whenReady(async () => {
      if (++made < 2) await frozen
      return async () => 'done'
    })
    const answer = handler('a', context)
    thaw(new Error('The time was up long ago.'))
    await expect(answer).resolves.toBe('done')
    expect(made).toBe(2)
  })

  it('tells what failed anew to that invocation, and is made again for the next', async () => {
    let made = 0
    const handler = whenReady(async () => {
      if (++made < 3) throw new Error(`not yet: ${made}`)
      return async () => 'done'
    })
    await expect(handler('a', context)).rejects.toThrow('not yet: 2')
    await expect(handler('b', context)).resolves.toBe('done')
    expect(made).toBe(3)
  })
})

describe('A secret', () => {
  let server: Server
  let answers: ((id: string) => { readonly status: number; readonly body: object })[]
  let asked: string[]
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { SecretId: id } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly SecretId: string }
        asked.push(id)
        const { status, body } = (
          answers.shift() ?? (() => ({ status: 200, body: { SecretString: `text of ${id}` } }))
        )(id)
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = `http://127.0.0.1:${port}`
    Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' })
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  beforeEach(() => {
    answers = []
    asked = []
  })

  it('is read once, however often it is asked for', async () => {
    const texts = await Promise.all([secretText('one'), secretText('one'), secretText('other')])
    expect(texts).toEqual(['text of one', 'text of one', 'text of other'])
    expect(await secretText('one')).toBe('text of one')
    expect(asked.sort()).toEqual(['one', 'other'])
  })

  it('is read anew after a failure', async () => {
    answers = [() => ({ status: 400, body: { __type: 'ResourceNotFoundException', message: 'There is none.' } })]
    await expect(secretText('late')).rejects.toThrow('There is none.')
    expect(await secretText('late')).toBe('text of late')
  })

  it('is read anew where it is older than the caller allows', async () => {
    await secretText('password')
    expect(await secretText('password', -1)).toBe('text of password')
    expect(asked).toEqual(['password', 'password'])
  })

  it('is refused without text, by its name', async () => {
    answers = [() => ({ status: 200, body: {} })]
    await expect(secretText('empty')).rejects.toThrow('The secret empty holds no text.')
  })
})

describe('A variable', () => {
  it('that is not set is named', () => {
    expect(() => variable('NOT_THERE')).toThrow('The environment variable NOT_THERE is not set.')
  })

  it("of a warehouse's queue is named after the warehouse", () => {
    expect(queueVariable('new-york')).toBe('QUEUE_URL_NEW_YORK')
  })
})

describe('The lag of the stream', () => {
  const seen = { state: 'Enabled', iteratorAgesMs: [], throttles: [] }

  it('is the largest age of the last ten minutes', () => {
    expect(lagOf({ ...seen, iteratorAgesMs: [5, 700, 30] })).toBe(700)
  })

  it('is none where nothing was written', () => {
    expect(lagOf(seen)).toBe(0)
  })

  it.each([{ state: 'Disabled' }, { state: undefined }, { throttles: [0, 3] }])('is not known: %o', (unknown) => {
    expect(lagOf({ ...seen, ...unknown })).toBe(Infinity)
  })
})

describe('A group on the bus', () => {
  const group = { name: 'garden-partners', kind: 'event-bridge' } as const

  it('is guarded by its partners, as the README asks of them, unless the list says otherwise', async () => {
    process.env['EVENT_BUS'] = 'inventory-stock'
    expect((await eventBridgeWarehouse(group)).guarded).toBe(true)
    expect((await eventBridgeWarehouse({ ...group, guarded: false })).guarded).toBe(false)
  })
})
