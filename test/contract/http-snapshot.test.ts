import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { SnapshotEntry } from 'dynamodb-stream-sync'
import { httpSnapshot, type HttpSnapshotOptions } from 'dynamodb-stream-sync/snapshots/http'
import { manualClock, snapshotContract } from 'dynamodb-stream-sync/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { signature } from '../../src/http/signature.ts'
import { readAll, refusal } from '../support/snapshot-files.ts'
import { startWmsServer, type WmsAnswer, type WmsFault, type WmsRequest } from '../support/wms-server.ts'

type Row = Readonly<Record<string, unknown>>
type Options = Partial<HttpSnapshotOptions<Row>>

const stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()))
})

/** A service that answers as told, and its snapshot. Pages are retried without pauses. */
async function service(fault: (request: WmsRequest, count: number) => WmsFault, options: Options = {}) {
  const server = await startWmsServer({ fault })
  stopping.push(server.stop)
  const retry = { minDelayMs: 0, maxDelayMs: 0 }
  return { server, snapshot: httpSnapshot<Row>({ url: `${server.url}/stock`, retry, ...options }) }
}

const json = (body: unknown, headers: WmsAnswer['headers'] = {}, status = 200): WmsFault => ({
  answer: { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
})
const linked = (target: string) => ({ link: `<${target}>; rel="next"` })
const pageOf = ({ url }: WmsRequest) => Number(new URL(url, 'http://wms').searchParams.get('page') ?? 0)

/** Pages of rows, with links. */
const pagesOf = (rows: readonly object[], size: number) => (request: WmsRequest) => {
  const page = pageOf(request)
  const isLast = (page + 1) * size >= rows.length
  return json(rows.slice(page * size, (page + 1) * size), isLast ? {} : linked(`?page=${page + 1}`))
}
const items = (rows: readonly SnapshotEntry[]) => rows.map(({ item }) => item)
const refused = (code: string, message: RegExp | string) =>
  expect.objectContaining({
    code,
    message: (typeof message === 'string'
      ? expect.stringContaining(message)
      : expect.stringMatching(message)) as string,
  }) as unknown
const invalid = (message: RegExp | string) => refused('SNAPSHOT_INVALID', message)

describe('httpSnapshot by Link headers keeps the published contract', () => {
  const create = async (rows: readonly object[]) => (await service(pagesOf(rows, 1_000))).snapshot
  for (const { name, check } of snapshotContract({ create })) test(name, check)
})

describe('httpSnapshot by a cursor keeps the published contract', () => {
  const create = async (rows: readonly object[]) => {
    const sorted = [...(rows as readonly { readonly sku: string }[])].sort((a, b) => compareKeys(a.sku, b.sku))
    const answer = (request: WmsRequest) => {
      const page = pageOf(request)
      const stock = sorted.slice(page * 900, page * 900 + 900)
      return json({ stock, cursor: page * 900 + 900 < sorted.length ? page + 1 : null })
    }
    type Body = { readonly stock: readonly Row[]; readonly cursor: number | null }
    const options: Options = {
      order: 'key',
      rows: (body) => (body as Body).stock,
      next: (body) => ((body as Body).cursor === null ? undefined : `?page=${(body as Body).cursor}`),
    }
    return (await service(answer, options)).snapshot
  }
  for (const { name, check } of snapshotContract({ create })) test(name, check)
})

describe('pages', () => {
  const rows = [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }]

  test('are asked for one after the other, with headers and a signature', async () => {
    const headers = { authorization: 'Bearer 1', accept: 'application/hal+json' }
    const { server, snapshot } = await service(pagesOf(rows, 1), { headers, hmac: { secret: 's' } })
    expect(items((await readAll(snapshot)).rows)).toEqual(rows)
    expect(server.requests().map(({ method, url }) => `${method} ${url}`)).toEqual([
      ...['GET /stock', 'GET /stock?page=1', 'GET /stock?page=2'],
    ])
    for (const { headers: sent, url } of server.requests()) {
      expect(sent).toMatchObject(headers)
      const [, seconds] = /^t=(\d+),/.exec(String(sent['sync-signature'])) ?? []
      const signed = { seconds: Number(seconds), method: 'GET', path: url, version: '', id: '' }
      expect(sent['sync-signature']).toBe(signature(signed, 's'))
    }
  })

  test('say when they were read, and how many rows they held', async () => {
    const clock = manualClock(new Date('2026-03-01T10:00:00Z'))
    const { snapshot } = await service(pagesOf(rows, 2), { clock })
    const { summary } = await readAll(snapshot)
    expect(summary).toEqual({
      startedAt: new Date(clock.now()),
      endedAt: new Date(clock.now()),
      complete: true,
      rows: 3,
    })
  })

  test('hold exact numbers, and rows that become items, entries or nothing', async () => {
    const body =
      '[{"id":"A","n":12345678901234567890,"v":"000000/a/1"},{"id":"B","gone":true,"v":"000000/a/2"},{"id":"C","skip":1}]'
    const row = ({ id, n, v, gone, skip }: Row) =>
      skip
        ? undefined
        : { item: { sku: id, ...(n !== undefined && { quantity: n }) }, version: v, removed: gone === true }
    const { snapshot } = await service(() => ({ answer: { status: 200, body } }), { row, entries: true, key: 'sku' })
    expect((await readAll(snapshot)).rows).toEqual([
      { key: 'A', item: { sku: 'A', quantity: 12345678901234567890n }, version: '000000/a/1' },
      { key: 'B', item: { sku: 'B' }, version: '000000/a/2', removed: true },
    ])
  })

  test('that are empty, or packed, are read on', async () => {
    const { snapshot } = await service((request) => {
      if (pageOf(request) === 0) return json([], linked('/stock?page=1'))
      const body = Readable.from([gzipSync(JSON.stringify(rows))])
      return { answer: { status: 200, headers: { 'content-encoding': 'gzip' }, body } }
    })
    const { pages, summary } = await readAll(snapshot)
    expect(pages).toHaveLength(1)
    expect(summary).toMatchObject({ complete: true, rows: 3 })
  })

  test('that are no JSON come as text, with their headers', async () => {
    const { snapshot } = await service(
      () => ({ answer: { status: 200, headers: { 'content-type': 'text/csv', 'x-site': 'lyon' }, body: 'A\nB' } }),
      {
        rows: (body, headers) =>
          String(body)
            .split('\n')
            .map((sku) => ({ sku, site: headers.get('x-site') })),
      },
    )
    expect(items((await readAll(snapshot)).rows)).toEqual([
      { sku: 'A', site: 'lyon' },
      { sku: 'B', site: 'lyon' },
    ])
  })

  test('are linked relative to where they came from, whatever else is linked', async () => {
    const { server, snapshot } = await service(({ url }) => {
      if (url === '/stock') return { answer: { status: 307, headers: { location: '/v2/stock/' } } }
      const link =
        '<x>; rel=prev, <https://elsewhere.example/>; rel="next"; anchor="#a", <2>; title="a, <b>; \\"c"; rel="last NEXT"'
      return url === '/v2/stock/' ? json(rows, { link }) : json([{ sku: 'D' }], { link: '<1>; rel="first"' })
    })
    expect((await readAll(snapshot)).rows).toHaveLength(4)
    expect(server.requests().map(({ url }) => url)).toEqual(['/stock', '/v2/stock/', '/v2/stock/2'])
  })

  test.for<readonly [name: string, end: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
  ])('end where the next function returns %s', async ([, end]) => {
    const { server, snapshot } = await service(() => json(rows, linked('/more')), { next: () => end as undefined })
    expect((await readAll(snapshot)).summary).toMatchObject({ complete: true, rows: 3 })
    expect(server.requests()).toHaveLength(1)
  })

  test('may be at another origin that is named', async () => {
    const other = await service(() => json([{ sku: 'Z' }]))
    const { snapshot } = await service(() => json(rows, linked(`${other.server.url}/more`)), {
      origins: [other.server.url],
      headers: { authorization: 'Bearer 1' },
    })
    expect((await readAll(snapshot)).rows).toHaveLength(4)
    expect(other.server.requests()).toMatchObject([{ url: '/more', headers: { authorization: 'Bearer 1' } }])
  })
})

describe('a page that is unavailable', () => {
  const rows = [{ sku: 'A' }]

  test.for<readonly [name: string, fault: WmsFault]>([
    ...[408, 409, 425, 429, 500, 502, 503, 504].map((status) => [`${status}`, { answer: { status } }] as const),
    ['a dropped connection', { answer: 'dropped' }],
    ['an answer that breaks off', { answer: { status: 200, headers: { 'content-length': '9' }, body: breaksOff() } }],
  ])('for %s is asked for again', async ([, fault]) => {
    const { server, snapshot } = await service((_, count) => (count === 1 ? fault : json(rows)))
    expect((await readAll(snapshot)).summary).toMatchObject({ complete: true, rows: 1 })
    expect(server.requests()).toHaveLength(2)
  })

  test('is given up after its attempts, named by its number', async () => {
    const { server, snapshot } = await service(
      (request) => (pageOf(request) === 1 ? { answer: { status: 503 } } : json(rows, linked('?page=1'))),
      { retry: { maxAttempts: 3, minDelayMs: 0, maxDelayMs: 0 } },
    )
    expect(await refusal(snapshot)).toEqual(
      refused('TARGET_UNAVAILABLE', 'Page 2 could not be read. The warehouse answered 503.'),
    )
    expect(server.requests()).toHaveLength(4)
  })

  test('is left alone for as long as Retry-After says, or for growing pauses', async () => {
    const pauses: number[] = []
    const sleep = async (ms: number) => {
      if (ms === 20_000) await new Promise(() => undefined) // the time-out, which never comes
      pauses.push(ms)
    }
    const { snapshot } = await service(
      (_, count) => {
        if (count === 1) return { answer: { status: 429, headers: { 'retry-after': '7' } } }
        return count < 5 ? { answer: { status: 500 } } : json(rows)
      },
      { clock: { ...manualClock(), sleep }, timeoutMs: 20_000, retry: { minDelayMs: 100, maxDelayMs: 300 } },
    )
    expect((await readAll(snapshot)).rows).toHaveLength(1)
    const [asked, ...grown] = pauses
    expect(asked).toBe(7_000)
    for (const [index, most] of [200, 300, 300].entries()) expect(grown[index]).toBeLessThanOrEqual(most)
  })

  test.for<readonly [name: string, fault: WmsFault]>([
    ['is never answered', { answer: 'none' }],
    ['never ends', { answer: 'unfinished' }],
  ])('because it %s in time, is called off and asked for again', async ([, fault]) => {
    const clock = manualClock()
    const asked: (() => void)[] = []
    const firstAsked = new Promise<void>((resolve) => asked.push(resolve))
    const { server, snapshot } = await service(
      (_, count) => {
        asked.pop()?.()
        return count === 1 ? fault : json(rows)
      },
      { clock, timeoutMs: 5_000 },
    )
    const reading = readAll(snapshot)
    await firstAsked
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(5_000)
    expect((await reading).summary).toMatchObject({ complete: true, rows: 1 })
    expect(server.abandoned()).toBe(1)
  })

  test('says so when it did not answer in time', async () => {
    const clock = { ...manualClock(), sleep: async () => undefined }
    const { snapshot } = await service(() => ({ answer: 'none' }), {
      clock,
      timeoutMs: 5_000,
      retry: { maxAttempts: 1 },
    })
    expect(await refusal(snapshot)).toEqual(
      refused('TARGET_UNAVAILABLE', 'Page 1 could not be read. The warehouse did not answer within 5,000 ms.'),
    )
  })

  test('for want of a server says so', async () => {
    const snapshot = httpSnapshot({ url: `http://127.0.0.1:${await freePort()}/`, retry: { maxAttempts: 1 } })
    expect(await refusal(snapshot)).toEqual(refused('TARGET_UNAVAILABLE', '(ECONNREFUSED)'))
  })
})

describe('what would be half a snapshot is refused:', () => {
  const rows = [{ sku: 'A' }]

  test.for<readonly [name: string, answer: (request: WmsRequest) => WmsFault, error: unknown, options?: Options]>([
    [
      '401',
      () => ({ answer: { status: 401 } }),
      refused('TARGET_REJECTED', 'Page 1 could not be read. The warehouse answered 401.'),
    ],
    [
      'a redirect to another origin',
      () => ({ answer: { status: 307, headers: { location: 'http://127.0.0.1:1/' } } }),
      refused('TARGET_REJECTED', 'another origin'),
    ],
    [
      'a redirect that forgets the request',
      () => ({ answer: { status: 302, headers: { location: '/' } } }),
      refused('TARGET_REJECTED', '302, which is not followed'),
    ],
    [
      'a page linked to itself',
      () => json(rows, linked('/stock')),
      invalid('Page 1 names a next page that was read before'),
    ],
    [
      'a page linked to itself by a fragment',
      () => json(rows, linked('#more')),
      invalid('Page 1 names a next page that was read before'),
    ],
    [
      'a loop of pages',
      (request) => json(rows, linked(`?page=${(pageOf(request) % 3) + 1}`)),
      invalid('Page 4 names a next page that was read before'),
    ],
    [
      'pages without end',
      (request) => json([], linked(`?page=${pageOf(request) + 1}`)),
      invalid('There are more than 25 pages. Raise maxPages'),
      { maxPages: 25 },
    ],
    [
      'a next page at another origin',
      () => json(rows, linked('http://127.0.0.1:1/?token=secret')),
      invalid(/^Page 1 names a next page at another origin, http:\/\/127\.0\.0\.1:1\. Allow it/),
    ],
    [
      'a next page of another protocol',
      () => json(rows, linked('file:///etc/passwd')),
      invalid('another origin, null'),
    ],
    [
      'a next page with credentials',
      ({ headers }) => json(rows, linked(`http://a:b@${String(headers['host'])}/`)),
      invalid('a URL with credentials'),
    ],
    [
      'a next page that is no URL',
      () => json(rows, linked('http://[')),
      invalid('Page 1 names a next page by what is no URL'),
    ],
    [
      'a next page that is a number',
      () => json(rows),
      invalid('by what is no URL'),
      { next: () => 7 as unknown as string },
    ],
    [
      'a next function that throws',
      () => json(rows),
      invalid('Page 1 made the next function throw'),
      { next: () => fail() },
    ],
    [
      'a Link header that breaks off',
      () => json(rows, { link: '</2>; rel="next' }),
      invalid('Page 1 has a Link header that cannot be read'),
    ],
    [
      'a Link header that is none',
      () => json(rows, { link: '/2; rel=next' }),
      invalid('has a Link header that cannot be read'),
    ],
    [
      'a page that is no JSON',
      () => ({ answer: { status: 200, body: '<html>secret' } }),
      invalid('Page 1 says that it is JSON, and is none.'),
    ],
    ['a page that is no list', () => json({ stock: rows }), invalid('Page 1 holds no list of rows. Give rows')],
    ['a page of nothing', () => ({ answer: { status: 204 } }), invalid('Page 1 holds no list of rows')],
    [
      'a rows function that throws',
      () => json({}),
      invalid('Page 1 made the rows function throw'),
      { rows: () => fail() },
    ],
    [
      'a row that is no object',
      () => json([{}, 'secret']),
      invalid('Page 1, row 2 holds a string where an item should be'),
    ],
    [
      'a row function that throws',
      () => json([{}]),
      invalid('Page 1, row 1 made the row function throw'),
      { row: () => fail() },
    ],
    [
      'a row without key',
      () => json([{ sku: 'A' }, { quantity: 5 }]),
      invalid('Page 1, row 2 has no key'),
      { key: 'sku' },
    ],
    [
      'a page too long',
      () => json(['x'.repeat(100)]),
      invalid('Page 1 is longer than 100 bytes. Ask for fewer rows, or raise maxPageBytes'),
      { maxPageBytes: 100 },
    ],
    [
      'a page that is small only on the wire',
      () => ({
        answer: {
          status: 200,
          headers: { 'content-encoding': 'gzip' },
          body: Readable.from([gzipSync(Buffer.alloc(20_000_000, ' '))]),
        },
      }),
      invalid('Page 1 is longer than 16777216 bytes'),
    ],
  ])('%s', async ([, answer, error, options]) => {
    const { snapshot } = await service(answer, options)
    const thrown = (await refusal(snapshot)) as Error
    expect(thrown).toEqual(error)
    expect(`${thrown.message} ${JSON.stringify(thrown)}`).not.toContain('secret')
  })

  test('errors show no credentials', async () => {
    const { server, snapshot } = await service(() => ({ answer: { status: 403, body: 'secret' } }), {
      headers: { authorization: 'secret' },
      hmac: { secret: 'secret' },
    })
    const thrown = (await refusal(httpSnapshot({ url: `${server.url}/secret?token=secret` }))) as Error
    for (const error of [thrown, (await refusal(snapshot)) as Error])
      expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain('secret')
  })
})

describe('the signal', () => {
  const rows = [{ sku: 'A' }]

  test('ends a snapshot before its first page', async () => {
    const { server, snapshot } = await service(() => json(rows))
    expect(await readAll(snapshot, { signal: AbortSignal.abort() })).toMatchObject({
      rows: [],
      summary: { complete: false, rows: 0 },
    })
    expect(server.requests()).toEqual([])
  })

  test('calls off the page that is on its way, and the snapshot is not complete', async () => {
    const stop = new AbortController()
    const { server, snapshot } = await service((request) => {
      if (pageOf(request) === 0) return json(rows, linked('?page=1'))
      setImmediate(() => stop.abort())
      return { answer: 'none' }
    })
    expect((await readAll(snapshot, { signal: stop.signal })).summary).toMatchObject({ complete: false, rows: 1 })
    await until(() => server.abandoned() === 1)
  })

  test('ends a pause', async () => {
    const stop = new AbortController()
    const { snapshot } = await service(() => {
      setImmediate(() => stop.abort())
      return { answer: { status: 503, headers: { 'retry-after': '900' } } }
    })
    expect((await readAll(snapshot, { signal: stop.signal })).summary).toMatchObject({ complete: false, rows: 0 })
  })

  test('is not needed: a snapshot that is let go calls off the page that is on its way', async () => {
    const { server, snapshot } = await service(() => ({ answer: 'none' }))
    const pages = snapshot.pages({ signal: new AbortController().signal })
    const coming = pages.next()
    await until(() => server.requests().length === 1)
    await pages.return?.()
    expect((await coming).done).toBe(true)
    await until(() => server.abandoned() === 1)
  })
})

function fail(): never {
  throw new Error('no')
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

function breaksOff(): Readable {
  let isRead = false
  return new Readable({
    read() {
      if (isRead) return
      isRead = true
      this.push('[')
      setImmediate(() => this.destroy(new Error('gone')))
    },
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
