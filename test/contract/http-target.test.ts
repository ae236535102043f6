import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { CallContext, Change, ItemKey } from 'dynamodb-stream-sync'
import { httpTarget, type HttpTargetOptions } from 'dynamodb-stream-sync/targets/http'
import { afterEach, describe, expect, test } from 'vitest'
import {
  startWmsServer,
  type WmsAnswer,
  type WmsFault,
  type WmsOptions,
  type WmsRequest,
} from '../support/wms-server.ts'

type Row = Readonly<Record<string, unknown>>

const stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()))
})

async function wms(options?: WmsOptions) {
  const server = await startWmsServer(options)
  stopping.push(server.stop)
  return server
}

/** A warehouse that answers as told, and a target for it. */
async function answering(
  fault: WmsFault | ((request: WmsRequest) => WmsFault),
  options?: Partial<HttpTargetOptions<Row>>,
) {
  const server = await wms({ fault: typeof fault === 'function' ? fault : () => fault })
  return { server, target: httpTarget<Row>({ url: `${server.url}/stock/{sku}`, ...options }) }
}

const answer = (status: number, headers: WmsAnswer['headers'] = {}, body?: WmsAnswer['body']): WmsFault => ({
  answer: { status, headers, ...(body !== undefined && { body }) },
})

const context = (signal = new AbortController().signal): CallContext => ({
  target: 'lyon',
  signal,
  attempt: 1,
  timeoutMs: 5_000,
})

const versionOf = (n: number) => `000000/2026-03-01T10:00:00.000/${String(n).padStart(40, '0')}`
const keyOf = (sku: string): ItemKey => ({ key: sku, keyAttributes: { sku } })

function upsert(n: number, item: Row = { quantity: n }, sku = 'A1'): Change<Row> {
  return { type: 'upsert', item: { sku, ...item }, ...factsOf(n, sku) }
}

function removal(n: number, sku = 'A1'): Change<Row> {
  return { type: 'removal', ...factsOf(n, sku) }
}

function factsOf(n: number, sku: string) {
  return { ...keyOf(sku), id: `${sku}#${versionOf(n)}`, version: versionOf(n), changedAt: new Date(0) }
}

const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => error)
const unavailable = (message = '') =>
  expect.objectContaining({
    code: 'TARGET_UNAVAILABLE',
    message: expect.stringContaining(message) as string,
  }) as unknown
const rejected = (message = '') =>
  expect.objectContaining({ code: 'TARGET_REJECTED', message: expect.stringContaining(message) as string }) as unknown

describe('a request', () => {
  test('is a PUT with exact JSON, version and idempotency key, or a DELETE without a body', async () => {
    const server = await wms()
    const target = httpTarget<Row>({
      url: `${server.url}/stock/{sku}?site=1`,
      headers: { authorization: 'Bearer 1', Accept: 'text/plain' },
    })
    await target.apply(
      upsert(
        1,
        { big: 12345678901234567890n, exact: { value: '0.10000000000000000000001' }, tags: new Set(['a']) },
        'A/é',
      ),
      context(),
    )
    await target.apply(removal(2, 'A/é'), context())

    const [put, del] = server.requests()
    expect(put).toMatchObject({
      method: 'PUT',
      url: '/stock/A%2F%C3%A9?site=1',
      headers: {
        authorization: 'Bearer 1',
        accept: 'text/plain',
        'content-type': 'application/json',
        'sync-version': versionOf(1),
      },
    })
    expect(decodeURIComponent(String(put!.headers['idempotency-key']))).toBe(`A/é#${versionOf(1)}`)
    expect(put!.body.toString()).toBe(
      '{"sku":"A/é","big":12345678901234567890,"exact":0.10000000000000000000001,"tags":["a"]}',
    )
    expect(del).toMatchObject({
      method: 'DELETE',
      url: put!.url,
      headers: { authorization: 'Bearer 1', 'sync-version': versionOf(2) },
    })
    expect(del!.headers).not.toHaveProperty('content-type')
    expect(del!.body).toHaveLength(0)
  })

  test('carries what the body function makes, under its own content type', async () => {
    const server = await wms()
    const target = httpTarget<Row>({
      url: `${server.url}/{sku}`,
      body: (item) => item['quantity'],
      headers: { 'Content-Type': 'application/vnd.wms+json' },
    })
    await target.apply(upsert(7), context())
    expect(server.requests()).toMatchObject([
      { body: Buffer.from('7'), headers: { 'content-type': 'application/vnd.wms+json' } },
    ])
    expect(server.items()).toEqual([{ path: ['A1'], version: versionOf(7), text: '7', removed: false }])
  })

  test('is signed, so that a server can tell what was replaced', async () => {
    const secret = 'correct horse'
    const server = await wms()
    const target = httpTarget<Row>({ url: `${server.url}/stock/{sku}?a=b`, hmac: { secret }, read: () => undefined })
    await target.apply(upsert(1, { name: 'ünïcode' }, 'é'), context())
    await target.apply(removal(2, 'é'), context())
    await target.read!([keyOf('é')], context())

    expect(server.requests().map(({ method }) => method)).toEqual(['PUT', 'DELETE', 'GET'])
    for (const request of server.requests()) {
      expect(isGenuine(request, secret)).toBe(true)
      expect(isGenuine(request, 'another')).toBe(false)
      expect(isGenuine({ ...request, method: 'POST' }, secret)).toBe(false)
      expect(isGenuine({ ...request, url: '/stock/B' }, secret)).toBe(false)
      expect(isGenuine({ ...request, body: Buffer.from('{}') }, secret)).toBe(false)
      expect(isGenuine({ ...request, headers: { ...request.headers, 'sync-version': versionOf(9) } }, secret)).toBe(
        false,
      )
      expect(isGenuine({ ...request, headers: { ...request.headers, 'idempotency-key': 'B' } }, secret)).toBe(false)
      expect(JSON.stringify(request.headers)).not.toContain(secret)
    }
  })

  test('without hmac is not signed', async () => {
    const server = await wms()
    await httpTarget<Row>({ url: `${server.url}/{sku}` }).apply(upsert(1), context())
    expect(server.requests()[0]!.headers).not.toHaveProperty('sync-signature')
  })

  test.for(['\n', 'x ', ' x', 'é', ''])('whose version %j fits into no header is rejected', async (version) => {
    const { server, target } = await answering({})
    expect(await outcome(target.apply({ ...upsert(1), version }, context()))).toEqual(rejected('no header'))
    expect(server.requests()).toEqual([])
  })
})

describe('an answer', () => {
  const held = (n: number) => ({ 'sync-version': versionOf(n) })
  const named = (n: number) => JSON.stringify({ version: versionOf(n) })

  test.for<readonly [name: string, change: Change<Row>, fault: WmsFault, result: unknown]>([
    ...[200, 201, 202, 204, 208].map((status) => [`${status}`, upsert(5), answer(status), 'applied'] as const),
    ['200 to a removal', removal(5), answer(200), 'applied'],
    ['412', upsert(5), answer(412), 'stale'],
    ['412 to a removal', removal(5), answer(412), 'stale'],
    ['404 to a removal', removal(5), answer(404), 'unchanged'],
    ['410 to a removal', removal(5), answer(410), 'unchanged'],
    ['404 to an upsert', upsert(5), answer(404), rejected('404')],
    ['410 to an upsert', upsert(5), answer(410), rejected('410')],
    ['409 that holds a newer one, by header', upsert(5), answer(409, held(6)), 'stale'],
    ['409 that holds the same, by header', upsert(5), answer(409, held(5)), 'unchanged'],
    ['409 that holds an older one, by header', upsert(5), answer(409, held(4)), unavailable('409')],
    ['409 that holds a newer one, by body', removal(5), answer(409, {}, named(6)), 'stale'],
    ['409 that holds the same, by body', upsert(5), answer(409, {}, named(5)), 'unchanged'],
    ['409 that holds an older one, by body', upsert(5), answer(409, {}, named(4)), unavailable('409')],
    ['409 whose header is no version, by body', upsert(5), answer(409, { 'sync-version': 'zzz' }, named(6)), 'stale'],
    ['409 that holds no version at all', upsert(5), answer(409, {}, '{"version":"zzz"}'), unavailable('409')],
    ['409 that holds a number', upsert(5), answer(409, {}, '{"version":99}'), unavailable('409')],
    ['409 with null', upsert(5), answer(409, {}, 'null'), unavailable('409')],
    ['409 for a locked row', upsert(5), answer(409, {}, 'locked'), unavailable('409')],
    ...[408, 425, 429, 500, 501, 502, 503, 504, 599].map(
      (status) => [`${status}`, upsert(5), answer(status), unavailable(`${status}`)] as const,
    ),
    ...[400, 401, 403, 405, 413, 422, 431, 451].map(
      (status) => [`${status}`, upsert(5), answer(status), rejected(`${status}`)] as const,
    ),
    ...[300, 301, 302, 303, 304, 305].map(
      (status) =>
        [
          `${status}`,
          upsert(5),
          answer(status, { location: '/' }),
          rejected(`${status}, which is not followed`),
        ] as const,
    ),
    ['307 without Location', upsert(5), answer(307), rejected('Location')],
    ['308 to nonsense', upsert(5), answer(308, { location: 'http://[' }), rejected('Location')],
    [
      '200 that breaks off',
      upsert(5),
      { answer: { status: 200, headers: { 'content-length': '9' }, body: breaksOff() } },
      unavailable('broke off'),
    ],
    [
      '412 that breaks off',
      upsert(5),
      { answer: { status: 412, headers: { 'content-length': '9' }, body: breaksOff() } },
      unavailable('broke off'),
    ],
    [
      'none: the connection is dropped',
      upsert(5),
      { answer: 'dropped' },
      unavailable('could not be reached (UND_ERR_SOCKET)'),
    ],
    ['none, though applied', upsert(5), { applied: true, answer: 'dropped' }, unavailable('could not be reached')],
  ])('%s', async ([, change, fault, result]) => {
    const { target, server } = await answering(fault)
    expect(await outcome(target.apply(change, context()))).toEqual(result)
    expect(server.requests()).toHaveLength(1)
  })

  test.for([401, 422, 503, 409, 302])('%i shows nothing of its body, headers or URL in the error', async (status) => {
    const { target } = await answering(answer(status, { 'x-token': 'secret' }, 'secret'), {
      headers: { authorization: 'secret' },
      hmac: { secret: 'secret' },
    })
    const error = (await outcome(target.apply(upsert(1, {}, 'secret'), context()))) as Error
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain('secret')
  })

  test('says by Retry-After when to come back', async () => {
    const { target } = await answering(answer(429, { 'retry-after': '3' }))
    expect(await outcome(target.apply(upsert(1), context()))).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      retryAfterMs: 3_000,
    })
  })

  test('with a hostile Retry-After names no time', async () => {
    const { target } = await answering(answer(503, { 'retry-after': '-1' }))
    expect(await outcome(target.apply(upsert(1), context()))).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      retryAfterMs: undefined,
    })
  })

  test('of no server is unavailable, with the code', async () => {
    const port = await freePort()
    const target = httpTarget<Row>({ url: `http://127.0.0.1:${port}/{sku}` })
    expect(await outcome(target.apply(upsert(1), context()))).toEqual(unavailable('(ECONNREFUSED)'))
  })

  test('that is no HTTP is unavailable', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-secret\r\n'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stopping.push(() => new Promise((resolve) => server.close(() => resolve())))
    const target = httpTarget<Row>({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{sku}` })
    expect(await outcome(target.apply(upsert(1), context()))).toEqual(unavailable('(HPE_'))
  })

  test('of a port that fetch refuses is rejected', async () => {
    const target = httpTarget<Row>({ url: 'http://127.0.0.1:6000/{sku}' })
    expect(await outcome(target.apply(upsert(1), context()))).toEqual(rejected('port'))
  })
})

describe('an answer above maxResponseBytes is not read', () => {
  const endless = () => Readable.from(endlessly(), { objectMode: false })

  test.for<readonly [name: string, status: number, headers: Record<string, string>, result: unknown]>([
    ['a success stays one', 200, {}, 'applied'],
    ['stale stays stale', 412, {}, 'stale'],
    ['a header still counts', 409, { 'sync-version': versionOf(9) }, 'stale'],
    ['a rejection stays one', 400, {}, rejected('400')],
  ])('%s', async ([, status, headers, result]) => {
    const body = endless()
    const { target, server } = await answering(answer(status, headers, body))
    expect(await outcome(target.apply(upsert(1), context()))).toEqual(result)
    await closed(body)
    expect(server.requests()).toHaveLength(1)
  })

  test('a read of it is unavailable, also where it was small on the wire', async () => {
    const bomb = gzipSync(Buffer.alloc(4_000_000, ' '))
    const { target } = await answering(answer(200, { 'content-encoding': 'gzip' }, Readable.from([bomb])), {
      read: () => ({ item: {} }),
    })
    expect(await outcome(target.read!([keyOf('A1')], context()))).toEqual(unavailable('longer than 1048576 bytes'))
  })

  test('the limit counts bytes and is the last that is read', async () => {
    const read = (body: unknown) => ({ item: { body } })
    const target = async (body: string) =>
      (await answering(answer(200, { 'content-type': 'text/plain' }, body), { read, maxResponseBytes: 4 })).target
    expect(await (await target('éé')).read!([keyOf('A1')], context())).toEqual([{ key: 'A1', item: { body: 'éé' } }])
    expect(await outcome((await target('ééx')).read!([keyOf('A1')], context()))).toEqual(
      unavailable('longer than 4 bytes'),
    )
  })
})

describe('redirects', () => {
  test.for([307, 308])('%i within the origin keeps method, body and headers, and is signed anew', async (status) => {
    const { server, target } = await answering(
      ({ url }) => (url.startsWith('/stock') ? answer(status, { location: `/v2${url}` }, 'moved') : {}),
      { hmac: { secret: 's' }, headers: { authorization: 'Bearer 1' } },
    )
    expect(await target.apply(upsert(1), context())).toBe('applied')
    const [, second] = server.requests()
    expect(second).toMatchObject({
      method: 'PUT',
      url: '/v2/stock/A1',
      headers: { authorization: 'Bearer 1', 'sync-version': versionOf(1) },
    })
    expect(second!.body.toString()).toBe('{"sku":"A1","quantity":1}')
    expect(isGenuine(second!, 's')).toBe(true)
  })

  test('are followed three times, not four', async () => {
    const chain = (times: number) => async () => {
      const { server, target } = await answering(({ url }) => {
        const n = Number(/\/(\d+)$/.exec(url)?.[1] ?? 0)
        return n < times ? answer(307, { location: `/${n + 1}` }) : {}
      })
      return [await outcome(target.apply(upsert(1), context())), server.requests().length]
    }
    expect(await chain(3)()).toEqual(['applied', 4])
    expect(await chain(4)()).toEqual([rejected('more than 3 times'), 4])
  })

  test('to another origin are refused, and nothing is sent there', async () => {
    const other = await wms()
    const { target } = await answering(answer(307, { location: `${other.url}/secret` }), {
      headers: { authorization: 'Bearer 1' },
    })
    const error = await outcome(target.apply(upsert(1), context()))
    expect(error).toEqual(rejected(`another origin, ${other.url},`))
    expect((error as Error).message).not.toContain('secret')
    expect(other.connections()).toBe(0)
  })

  test('to the same origin with credentials are refused', async () => {
    const { server, target } = await answering(({ headers }) =>
      answer(308, { location: `http://a:b@${String(headers['host'])}/` }),
    )
    expect(await outcome(target.apply(upsert(1), context()))).toEqual(rejected('credentials'))
    expect(server.requests()).toHaveLength(1)
  })
})

describe('the signal ends a request', () => {
  test.for<readonly [name: string, fault: WmsFault]>([
    ['that is never answered', { answer: 'none' }],
    ['whose answer never ends', { answer: 'unfinished' }],
  ])('%s', async ([, fault]) => {
    const abort = new AbortController()
    const asked = withResolvers()
    const { server, target } = await answering(() => {
      asked.resolve()
      return fault
    })
    const work = outcome(target.apply(upsert(1), context(abort.signal)))
    await asked.promise
    setImmediate(() => abort.abort())
    expect(await work).toEqual(unavailable())
    await leftAlone(server, 1)
  })

  test('that never started', async () => {
    const { server, target } = await answering({})
    expect(await outcome(target.apply(upsert(1), context(AbortSignal.abort())))).toEqual(unavailable('aborted'))
    expect(server.requests()).toEqual([])
  })
})

describe('read', () => {
  const read = (body: unknown) => ({ item: body as Row })

  test('answers what is held, tombstones with their version, and leaves out the rest', async () => {
    const server = await wms()
    const target = httpTarget<Row>({ url: `${server.url}/{sku}`, guarded: true, read })
    await target.apply(upsert(1, { quantity: 12345678901234567890n }, 'A'), context())
    await target.apply(removal(2, 'B'), context())
    expect(await target.read!([keyOf('A'), keyOf('B'), keyOf('C')], context())).toEqual([
      { key: 'A', item: { sku: 'A', quantity: 12345678901234567890n }, version: versionOf(1) },
      { key: 'B', item: { sku: 'B' }, version: versionOf(2), removed: true },
    ])
  })

  test('hands body, key and headers to the function, which has the last word but for the key', async () => {
    const seen: unknown[] = []
    const { target } = await answering(
      answer(200, { 'content-type': 'text/csv', 'x-a': 'b', ...{ 'sync-version': versionOf(1) } }, 'a,b'),
      {
        read: (body, key, headers) => {
          seen.push(body, key, headers.get('x-a'))
          return { key: 'other', item: { a: 1 }, version: versionOf(2) }
        },
      },
    )
    expect(await target.read!([keyOf('A1')], context())).toEqual([{ key: 'A1', item: { a: 1 }, version: versionOf(2) }])
    expect(seen).toEqual(['a,b', keyOf('A1'), 'b'])
  })

  test('leaves out what the function calls nothing, such as an empty answer', async () => {
    const { target } = await answering(answer(204), { read: (body) => (body === undefined ? undefined : { item: {} }) })
    expect(await target.read!([keyOf('A1')], context())).toEqual([])
  })

  test('asks a url function as for a removal', async () => {
    const server = await wms()
    const seen: Change<Row>[] = []
    const url = (change: Change<Row>) => {
      seen.push(change)
      return `${server.url}/${change.key}`
    }
    await httpTarget<Row>({ url, read }).read!([keyOf('A1')], context())
    expect(seen).toMatchObject([{ type: 'removal', key: 'A1', version: '-' }])
  })

  test.for<readonly [name: string, fault: WmsFault, message: string, read?: HttpTargetOptions<Row>['read']]>([
    ['500', answer(500), '500'],
    ['401', answer(401), 'A read failed. The warehouse answered 401'],
    ['412', answer(412), '412'],
    ['409 with a version', answer(409, { 'sync-version': versionOf(9) }), '409'],
    ['a redirect to elsewhere', answer(307, { location: 'http://127.0.0.1:1/' }), 'another origin'],
    ['a dropped connection', { answer: 'dropped' }, 'could not be reached'],
    [
      'an answer that breaks off',
      { answer: { status: 200, headers: { 'content-length': '9' }, body: breaksOff() } },
      'broke off',
    ],
    [
      'no JSON',
      answer(200, { 'content-type': 'application/json' }, '<html>secret'),
      'says that it is JSON, and is none.',
    ],
    ['a version that is none', answer(200, { 'sync-version': 'v7' }, '{}'), 'a version that is none'],
    ['a tombstone whose version is none', answer(410, { 'sync-version': 'v7' }), 'a version that is none'],
    [
      'a function that throws',
      answer(200, {}, '{}'),
      'The read function threw',
      () => {
        throw new Error('secret')
      },
    ],
    ['a function that answers garbage', answer(200, {}, '{}'), 'returned no entry', () => ({}) as never],
    ['a function that answers a text', answer(200, {}, '{}'), 'returned no entry', () => 'text' as never],
  ])('%s is unavailable, never nothing', async ([, fault, message, ownRead = read]) => {
    const { target } = await answering(fault, { read: ownRead })
    const error = await outcome(target.read!([keyOf('A1')], context()))
    expect(error).toEqual(unavailable(message))
    expect((error as Error).message).not.toContain('secret')
  })

  test('of a key that fits into no URL is unavailable', async () => {
    const { target } = await answering({}, { read })
    expect(await outcome(target.read!([keyOf('..')], context()))).toEqual(unavailable('segment of dots'))
  })

  test('passes Retry-After on', async () => {
    const { target } = await answering(answer(429, { 'retry-after': '2' }), { read })
    expect(await outcome(target.read!([keyOf('A1')], context()))).toMatchObject({ retryAfterMs: 2_000 })
  })

  test('asks ten keys at a time, and answers a thousand in their order', async () => {
    const server = await wms({ guarded: false })
    const target = httpTarget<Row>({ url: `${server.url}/{sku}`, read })
    const keys = Array.from({ length: 1_000 }, (_, index) => `K${index}`)
    await Promise.all(keys.slice(0, 10).map((sku, index) => target.apply(upsert(index + 1, {}, sku), context())))
    const before = server.connections()
    const entries = await target.read!(keys.map(keyOf), context())
    expect(entries.map(({ key }) => key)).toEqual(keys.slice(0, 10))
    expect(server.connections() - before).toBeLessThanOrEqual(10)
    expect(server.requests().filter(({ method }) => method === 'GET')).toHaveLength(1_000)
  })

  test('stops asking after the first failure', async () => {
    const server = await wms({ fault: ({ url }) => (url.endsWith('/K3') ? answer(500) : { answer: 'none' }) })
    let asked = 0
    const url = ({ key }: ItemKey) => {
      asked++
      return `${server.url}/${key}`
    }
    const keys = Array.from({ length: 100 }, (_, index) => keyOf(`K${index}`))
    expect(await outcome(httpTarget<Row>({ url, read }).read!(keys, context()))).toEqual(unavailable('500'))
    await leftAlone(server, server.requests().length - 1)
    expect(asked).toBeLessThanOrEqual(11)
  })

  test('ends with the signal', async () => {
    const abort = new AbortController()
    const { target } = await answering(
      () => {
        setImmediate(() => abort.abort())
        return { answer: 'none' }
      },
      { read },
    )
    expect(await outcome(target.read!([keyOf('A1'), keyOf('A2')], context(abort.signal)))).toEqual(
      unavailable('aborted'),
    )
  })
})

test('a thousand calls, one after the other, share their connection', async () => {
  const warnings: Error[] = []
  const warn = (warning: Error) => void warnings.push(warning)
  process.on('warning', warn)
  stopping.push(async () => void process.off('warning', warn))
  const { server, target } = await answering(({ url }) => {
    const n = Number(url.slice('/stock/'.length))
    return n % 3 === 0 ? answer(503, {}, 'busy') : n % 3 === 1 ? answer(400, {}, 'x'.repeat(100_000)) : {}
  })
  const { signal } = new AbortController()
  for (let n = 1; n <= 1_000; n++) await outcome(target.apply(upsert(n, {}, String(n)), context(signal)))
  expect(server.requests()).toHaveLength(1_000)
  expect(server.connections()).toBeLessThanOrEqual(2) // the next call may come before the last one's is free
  expect(warnings).toEqual([])
})

/** As a server would, from the documentation alone. */
function isGenuine({ method, url, headers, body }: WmsRequest, secret: string): boolean {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['sync-signature'])) ?? []
  const digest = createHash('sha256').update(body).digest('hex')
  const lines = [time, method, url, headers['sync-version'] ?? '', headers['idempotency-key'] ?? '', digest]
  const age = Math.abs(Date.now() / 1_000 - Number(time))
  return age < 300 && signature === createHmac('sha256', secret).update(lines.join('\n')).digest('hex')
}

function breaksOff(): Readable {
  return Readable.from(
    (function* () {
      yield 'x'
      throw new Error('breaks off')
    })(),
  )
}

function* endlessly() {
  for (;;) yield Buffer.alloc(65_536, ' ')
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    else stream.once('close', resolve)
  })
}

async function leftAlone(server: { readonly abandoned: () => number }, requests: number): Promise<void> {
  while (server.abandoned() < requests) await new Promise((resolve) => setImmediate(resolve))
}

async function freePort(): Promise<number> {
  const server = await startWmsServer()
  await server.stop()
  return Number(new URL(server.url).port)
}

function withResolvers() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
