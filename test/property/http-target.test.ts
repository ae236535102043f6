import { fc } from '@fast-check/vitest'
import type { Change, KeyAttribute } from 'dynamodb-stream-sync'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAttribute } from '../../src/core/attribute-value.ts'
import { exactJson } from '../../src/core/exact-json.ts'
import { jsonText } from '../../src/targets/http/json-text.ts'
import { startWmsServer, type WmsServer } from '../support/wms-server.ts'

describe('keys in URLs', () => {
  let wms: WmsServer
  beforeAll(async () => {
    wms = await startWmsServer({ guarded: false })
  })
  afterAll(() => wms.stop())

  const { signal } = new AbortController()
  const context = { target: 'lyon', signal, attempt: 1, timeoutMs: 5_000 }

  async function applied(url: string, keyAttributes: Readonly<Record<string, KeyAttribute>>) {
    const target = httpTarget({ url: `${wms.url}${url}` })
    const facts = { id: '1', key: '1', keyAttributes, version: '000000/x/1', changedAt: new Date(0) }
    const change: Change<unknown> = { type: 'upsert', item: {}, ...facts }
    const before = wms.requests().length
    const result = await target.apply(change, context).catch((error: unknown) => error)
    return {
      result,
      urls: wms
        .requests()
        .slice(before)
        .map(({ url }) => url),
    }
  }

  const dots = fc.constantFrom('.', '..', '...', '%2e', '%2E%2e', './', '../..', '/', '//', '?', '#', '%', '\\', ';')
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.array(dots, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  )

  test('any text arrives as it was, or is rejected', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (sku, site) => {
        const { result, urls } = await applied('/a/{sku}/b/{site}', { sku, site })
        if ([sku, site].some((part) => part === '.' || part === '..')) {
          expect(result).toMatchObject({ code: 'TARGET_REJECTED' })
          expect(urls).toEqual([])
          return
        }
        expect(result).toBe('applied')
        expect(urls.map((url) => url.split('/').slice(1).map(decodeURIComponent))).toEqual([['a', sku, 'b', site]])
      }),
    )
  })

  test('any text arrives as it was in a query', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (sku, site) => {
        const { result, urls } = await applied('/a?sku={sku}&site={site}', { sku, site })
        expect(result).toBe('applied')
        const { pathname, searchParams } = new URL(urls[0]!, wms.url)
        expect([pathname, ...searchParams]).toEqual(['/a', ['sku', sku], ['site', site]])
      }),
    )
  })

  test('any number and any bytes arrive as they were', async () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt())
    await fc.assert(
      fc.asyncProperty(number, fc.uint8Array({ minLength: 1 }), async (n, bytes) => {
        const { urls } = await applied('/{n}/{bytes}', { n, bytes })
        const [, decimal, base64url] = urls[0]!.split('/')
        expect(decimal).toMatch(/^-?\d+(\.\d+)?$/)
        expect(typeof n === 'bigint' ? BigInt(decimal!) : Number(decimal)).toBe(
          n === 0 ? (typeof n === 'bigint' ? 0n : 0) : n,
        )
        expect([...Buffer.from(base64url!, 'base64url')]).toEqual([...bytes])
      }),
    )
  })
})

test('P2 a guarded warehouse ends at the newest change, whatever the order and the repetitions', async () => {
  const wms = await startWmsServer()
  const target = httpTarget<{ readonly n: number }>({ url: `${wms.url}/{sku}`, guarded: true })
  const { signal } = new AbortController()
  const context = { target: 'lyon', signal, attempt: 1, timeoutMs: 5_000 }
  const order = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 12 })
  let run = 0
  try {
    await fc.assert(
      fc.asyncProperty(order, async (writes) => {
        const sku = `K${++run}`
        const removals = new Map(writes)
        let newest = 0
        for (const [n] of writes) {
          const facts = {
            id: `${sku}#${n}`,
            key: sku,
            keyAttributes: { sku },
            version: `000000/x/${n}`,
            changedAt: new Date(0),
          }
          const change = removals.get(n)
            ? ({ ...facts, type: 'removal' } as const)
            : ({ ...facts, type: 'upsert', item: { n } } as const)
          expect(await target.apply(change, context)).toBe(
            n > newest ? 'applied' : n === newest ? 'unchanged' : 'stale',
          )
          newest = Math.max(newest, n)
        }
        const held = wms.items().filter(({ path }) => path[0] === sku)
        expect(held.map(({ text }) => text)).toEqual(removals.get(newest) ? [] : [`{"n":${newest}}`])
      }),
    )
  } finally {
    await wms.stop()
  }
})

describe('P8 exact JSON', () => {
  const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`))
  const number = fc
    .tuple(fc.constantFrom('', '-'), digits(20), fc.option(digits(18)))
    .map(
      ([sign, whole, fraction]) =>
        `${sign}${BigInt(whole)}${fraction === null ? '' : `.${fraction.replace(/0*$/, '1')}`}`,
    )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      number.map((N) => decodeAttribute({ N })),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(true, false, null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4 }),
    ),
  }))

  test('of any item read back gives the same item', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(exactJson(jsonText(item)!)).toEqual(item)
      }),
    )
  })

  test('is what JSON.stringify writes where that is exact', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        fc.pre(!JSON.stringify(item).includes('"value":"'))
        expect(jsonText(item)).toBe(JSON.stringify(item))
        expect(exactJson(JSON.stringify(item, null, 2))).toEqual(JSON.parse(JSON.stringify(item)))
      }),
    )
  })
})
