import { type Change, type InventoryItem, isSyncError, type SyncError } from 'dynamodb-stream-sync'
import { httpTarget, type HttpTargetOptions } from 'dynamodb-stream-sync/targets/http'
import { describe, expect, test } from 'vitest'
import { decimalText } from '../../src/targets/http/decimal-text.ts'
import { jsonText } from '../../src/targets/http/json-text.ts'
import { unreachable } from '../../src/http/network-error.ts'
import { retryAfterMs } from '../../src/http/retry-after.ts'
import { signature } from '../../src/http/signature.ts'
import { urlMaker } from '../../src/targets/http/url-of.ts'

type Facts = Partial<Pick<Change<unknown>, 'keyAttributes' | 'previous'>> & { readonly item?: unknown }

function change({ item, keyAttributes = { sku: 'A1' }, previous }: Facts = {}): Change<unknown> {
  const version = '000000/2026-03-01T10:00:00.000/0000000000000000000000000000000000000007'
  const facts = { id: `A1#${version}`, key: 'A1', keyAttributes, version, changedAt: new Date(0), previous }
  return item === undefined ? { ...facts, type: 'removal' } : { ...facts, type: 'upsert', item }
}

const href = (url: HttpTargetOptions['url'], facts?: Facts) => urlMaker(url)(change(facts)).href

describe('a URL template is filled', () => {
  test.for<readonly [template: string, facts: Facts, url: string]>([
    ['https://x/{sku}', { keyAttributes: { sku: 'A1' } }, 'https://x/A1'],
    ['https://x/{sku}', { keyAttributes: { sku: 'a/b?c#d%e&f\\g' } }, 'https://x/a%2Fb%3Fc%23d%25e%26f%5Cg'],
    ['https://x/{sku}', { keyAttributes: { sku: '%2e%2E' } }, 'https://x/%252e%252E'],
    ['https://x/{sku}', { keyAttributes: { sku: '…😀 +' } }, 'https://x/%E2%80%A6%F0%9F%98%80%20%2B'],
    ['https://x/{sku}', { keyAttributes: { sku: '\n\t' } }, 'https://x/%0A%09'],
    ['https://x/s?sku={sku}', { keyAttributes: { sku: "a&b='.." } }, 'https://x/s?sku=a%26b%3D%27..'],
    ['https://x/{sku}.json', { keyAttributes: { sku: '..' } }, 'https://x/...json'],
    ['https://x/{sku}', { keyAttributes: { sku: '...' } }, 'https://x/...'],
    ['HTTPS://X:443/ä/{sku}', {}, 'https://x/%C3%A4/A1'],
    ['https://x/{bin}', { keyAttributes: { bin: new Uint8Array([251, 255, 0]) } }, 'https://x/-_8A'],
    ['https://x/{n}', { keyAttributes: { n: 1e21 } }, 'https://x/1000000000000000000000'],
    ['https://x/{n}', { keyAttributes: { n: -1.5e-7 } }, 'https://x/-0.00000015'],
    ['https://x/{n}', { keyAttributes: { n: 12345678901234567890n } }, 'https://x/12345678901234567890'],
    [
      'https://x/{n}/{b}',
      { item: { n: { value: '0.1000000000000000000001' }, b: false } },
      'https://x/0.1000000000000000000001/false',
    ],
    ['https://x/{sku}/{loc}', { item: { sku: 'no', loc: 'B' } }, 'https://x/A1/B'],
    ['https://x/{sku}/{loc}', { previous: { loc: 'B' } }, 'https://x/A1/B'],
    ['https://x/{sku}?l={loc}', { item: { loc: '' } }, 'https://x/A1?l='],
  ])('%s with %o: %s', ([template, facts, url]) => {
    expect(href(template, facts)).toBe(url)
  })

  test.for<readonly [why: string, template: string, facts: Facts, problem: RegExp]>([
    ['a dot', 'https://x/{sku}', { keyAttributes: { sku: '.' } }, /segment of dots/],
    ['two dots', 'https://x/a/{sku}/b', { keyAttributes: { sku: '..' } }, /"sku".*segment of dots/],
    ['a dot beside a dot', 'https://x/.{sku}', { keyAttributes: { sku: '.' } }, /segment of dots/],
    ['a dot beside an encoded one', 'https://x/%2e{sku}/b', { keyAttributes: { sku: '.' } }, /segment of dots/],
    ['an empty segment', 'https://x/{loc}/{sku}', { item: { loc: '' } }, /"loc" is empty/],
    ['half a surrogate pair', 'https://x/{sku}', { keyAttributes: { sku: '\ud83d' } }, /surrogate/],
    ['an attribute that is missing', 'https://x/{sku}/{loc}', { item: {} }, /needs the attribute "loc"/],
    ['a removal that carries the key only', 'https://x/{sku}/{loc}', {}, /needs the attribute "loc".*removal/],
    ['an inherited property', 'https://x/{toString}', { item: {} }, /needs the attribute/],
    ['a map', 'https://x/{loc}', { item: { loc: {} } }, /neither text, number/],
    ['null', 'https://x/{loc}', { item: { loc: null } }, /neither text, number/],
    ['no finite number', 'https://x/{loc}', { item: { loc: NaN } }, /neither text, number/],
  ])('%s is rejected', ([, template, facts, problem]) => {
    expect(() => href(template, facts)).toThrow(
      expect.objectContaining({ code: 'TARGET_REJECTED', message: expect.stringMatching(problem) as string }),
    )
  })
})

describe('a url function', () => {
  test('may return a text or a URL, which is not the one sent', () => {
    const url = new URL('https://x/a?b')
    expect(href(() => 'https://x/a')).toBe('https://x/a')
    expect(href(() => url)).toBe('https://x/a?b')
    expect(urlMaker(() => url)(change())).not.toBe(url)
  })

  test.for<readonly [why: string, url: () => unknown, problem: RegExp]>([
    [
      'throws',
      () => {
        throw new Error('token=secret')
      },
      /threw an error/,
    ],
    ['returns nothing', () => undefined, /no absolute URL/],
    ['returns a path', () => '/secret', /no absolute URL/],
    ['returns no http URL', () => 'file:///secret', /no http/],
    ['returns credentials', () => 'https://secret@x/', /credentials/],
    ['forgets to encode', () => 'https://x/a#secret', /#/],
  ])('that %s rejects the change and shows nothing', ([, url, problem]) => {
    const error = errorOf(() => href(url as () => string))
    expect(error).toMatchObject({ code: 'TARGET_REJECTED', message: expect.stringMatching(problem) as string })
    expect(error.message).not.toContain('secret')
  })
})

describe('bad options are refused at construction', () => {
  test.for<readonly [url: string, problem: RegExp]>([
    ['u', /"u" is no absolute URL/],
    ['/stock/{sku}', /no absolute URL/],
    ['https://{sku}.example/', /placeholder in its host/],
    ['https://x:{sku}/', /placeholder in its host/],
    ['https://x/a#{sku}', /has a #/],
    ['https://x/{sku}#', /has a #/],
    ['https://x/{sku}/..', /where none can be/],
    ['ftp://x/{sku}', /no http or https/],
    ['https://x/stock', /names no attribute/],
    ['https://x/{sku', /brace/],
    ['https://x/{}', /brace/],
    ['https://x/{{sku}}', /brace/],
    ['https://x/{sku}-{loc}', /run together/],
    ['https://x/{sku}{loc}', /run together/],
    ['https://user:secret@x/{sku}', /credentials/],
    ['https://secret@x/{sku}', /credentials/],
    ['https://user:se?cret@x/{sku}', /no absolute URL/],
    ['https://x/?token=secret', /names no attribute/],
  ])('url %s', ([url, problem]) => {
    const error = errorOf(() => httpTarget({ url }))
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      field: 'url',
      message: expect.stringMatching(problem) as string,
    })
    expect(error.message).not.toMatch(/secret|cret@|se\?/)
  })

  test.for<readonly [field: string, options: Record<string, unknown>, problem: RegExp]>([
    ['url', { url: undefined }, /undefined cannot be used. Give a URL/],
    ['url', { url: '' }, /empty text/],
    ['url', { url: 7 }, /7 cannot/],
    ['body', { body: 'quantity' }, /function/],
    ['headers', { headers: [] }, /object of texts/],
    ['headers["a b"]', { headers: { 'a b': 'secret' } }, /no header name/],
    ['headers["x"]', { headers: { x: 'secret\r\nhost: y' } }, /no header can carry/],
    ['headers["x"]', { headers: { x: ' secret' } }, /spaces at the ends/],
    ['headers["x"]', { headers: { x: 'secret…' } }, /no header can carry/],
    ['headers["x"]', { headers: { x: '' } }, /no header can carry/],
    ['headers["x"]', { headers: { x: 7 } }, /holds a number/],
    ['headers["X"]', { headers: { x: 'secret', X: 'secret' } }, /twice/],
    ['headers["Sync-Version"]', { headers: { 'Sync-Version': 'secret' } }, /set by the requests/],
    ['headers["idempotency-key"]', { headers: { 'idempotency-key': 'secret' } }, /set by the requests/],
    ['headers["Content-Length"]', { headers: { 'Content-Length': '5' } }, /set by the requests/],
    ['hmac', { hmac: 'secret' }, /\{ secret \}/],
    ['hmac', { hmac: { secret: '' } }, /\{ secret \}/],
    ['hmac', { hmac: { secret: 'secret', algorithm: 'sha512' } }, /\{ secret \}/],
    ['guarded', { guarded: 'yes' }, /Give true/],
    ['read', { read: true }, /function/],
    ['maxResponseBytes', { maxResponseBytes: 0 }, /0 cannot be used.*from 1 up/],
    ['maxResponseBytes', { maxResponseBytes: 1.5 }, /1.5 cannot be used/],
    ['timeoutMs', { timeoutMs: 5 }, /is no option. Known are url, body/],
    ['toString', { toString: 5 }, /is no option/],
  ])('%s: %j', ([field, options, problem]) => {
    const error = errorOf(() => httpTarget({ url: 'https://x/{sku}', ...options }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', field, message: expect.stringMatching(problem) as string })
    expect(error.message).not.toMatch(/'?secret[…\r]|: secret/)
  })

  test.for([undefined, null, 'https://x/{sku}', []])('options %j', (options) => {
    expect(() => httpTarget(options as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field: 'options' }),
    )
  })
})

describe('abilities are members', () => {
  const url = 'https://x/{sku}'

  test('without read there is no read', () => {
    expect('read' in httpTarget({ url })).toBe(false)
    expect('read' in httpTarget({ url, read: undefined })).toBe(false)
    expect(httpTarget({ url, read: () => undefined }).read).toBeTypeOf('function')
  })

  test('guarded is what the user says, by default false', () => {
    expect(httpTarget({ url }).guarded).toBe(false)
    expect(httpTarget({ url, guarded: true }).guarded).toBe(true)
  })
})

describe('a body is exact JSON', () => {
  test.for<readonly [value: unknown, text: string]>([
    [{ sku: 'A"1\n', quantity: 5, no: undefined, f: () => 1 }, '{"sku":"A\\"1\\n","quantity":5}'],
    [12345678901234567890n, '12345678901234567890'],
    [{ value: '0.12345678901234567890' }, '0.1234567890123456789'],
    [{ value: '-.5e-20' }, '{"value":"-.5e-20"}'],
    [{ value: '+00123456789012345678.5' }, '123456789012345678.5'],
    [{ value: '12' }, '{"value":"12"}'],
    [{ value: 'A1' }, '{"value":"A1"}'],
    [{ value: '0.12345678901234567890', unit: 'kg' }, '{"value":"0.12345678901234567890","unit":"kg"}'],
    [-0, '0'],
    [1e21, '1e+21'],
    [new Uint8Array([1, 2, 255]), '"AQL/"'],
    [Buffer.from([1, 2, 255]), '"AQL/"'],
    [new Set(['b', 'a', 3n]), '["b","a",3]'],
    [new Map([['a', new Set([1])]]), '{"a":[1]}'],
    [[undefined, null, true, 'x'], '[null,null,true,"x"]'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    [null, 'null'],
  ])('%o', ([value, text]) => {
    expect(jsonText(value)).toBe(text)
    JSON.parse(text)
  })

  test.for<readonly [why: string, value: unknown]>([
    ['no finite number', { quantity: Infinity }],
    ['a map by objects', new Map([[{}, 1]])],
    ['a circle', circle()],
  ])('%s is rejected', ([, value]) => {
    expect(errorOf(() => jsonText(value))).toMatchObject({ code: 'TARGET_REJECTED' })
  })
})

describe('numbers are written in plain decimal', () => {
  test.for<readonly [value: unknown, text: string | undefined]>([
    [0, '0'],
    [-0, '0'],
    [120, '120'],
    [1.25, '1.25'],
    [5e-7, '0.0000005'],
    [-1e22, '-10000000000000000000000'],
    [{ value: '1E-3' }, '0.001'],
    [NaN, undefined],
    [Infinity, undefined],
    [{ value: 5 }, undefined],
    ['5', undefined],
  ])('%o: %s', ([value, text]) => {
    expect(decimalText(value)).toBe(text)
  })
})

describe('Retry-After', () => {
  const date = 'Sun, 01 Mar 2026 10:00:00 GMT'

  test.for<readonly [text: string, ms: number | undefined]>([
    ['0', 0],
    ['7', 7_000],
    ['99999999999', 900_000],
    ['Sun, 01 Mar 2026 10:00:05 GMT', 5_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['Sun, 01 Mar 2099 09:00:00 GMT', 900_000],
    ['Sun, 99 Mar 2026 10:00:05 GMT', undefined],
    ['-5', undefined],
    ['1e9', undefined],
    ['0x10', undefined],
    ['1.5', undefined],
    ['9'.repeat(400), undefined],
    ['tomorrow', undefined],
    ['2026', 900_000],
    ['', undefined],
  ])('%s: %s ms', ([text, ms]) => {
    expect(retryAfterMs(new Headers({ 'retry-after': text, date }))).toBe(ms)
  })

  test('a date without Date is read against the own clock', () => {
    expect(retryAfterMs(new Headers({ 'retry-after': 'Sun, 01 Mar 2099 09:00:00 GMT' }))).toBe(900_000)
  })
})

describe('a signature', () => {
  const signed = { seconds: 1_772_359_200, method: 'PUT', path: '/a?b', version: '000000/x/1', id: 'A1', body: '{}' }

  test('is what any other implementation computes', () => {
    // printf '1772359200\nPUT\n/a?b\n000000/x/1\nA1\n%s' "$(printf '{}' | sha256sum | cut -d' ' -f1)" | openssl dgst -sha256 -hmac secret
    expect(signature(signed, 'secret')).toBe(
      't=1772359200,v1=a6012a52d57cb97e140785ab04ffaa83470658e3989fe1068e3e34ea70375e94',
    )
  })

  test.for(Object.entries({ seconds: 1, method: 'DELETE', path: '/a', version: '-', id: 'A2', body: '[]' }))(
    'covers %s',
    ([name, value]) => {
      expect(hex(signature({ ...signed, [name]: value }, 'secret'))).not.toBe(hex(signature(signed, 'secret')))
    },
  )

  test('covers nothing that two parts could share', () => {
    const one = { ...signed, path: '/a', version: 'b/c' }
    expect(hex(signature(one, 'secret'))).not.toBe(hex(signature({ ...one, path: '/ab', version: '/c' }, 'secret')))
  })
})

describe('a failed connection', () => {
  const { signal } = new AbortController()

  test('is unavailable, with the system code and nothing else', () => {
    const cause = Object.assign(new Error('connect to secret.internal'), { code: 'ECONNREFUSED' })
    const error = unreachable(new TypeError('fetch failed', { cause }), signal)
    expect(error).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: 'The warehouse could not be reached (ECONNREFUSED).',
    })
    expect(error.cause).toBeUndefined()
  })

  test('shows no code that is none', () => {
    const cause = Object.assign(new Error(''), { code: 'a secret' })
    expect(unreachable(new TypeError('', { cause }), signal).message).toBe('The warehouse could not be reached.')
    expect(unreachable('secret', signal).message).toBe('The warehouse could not be reached.')
  })

  test('that was aborted says so', () => {
    expect(unreachable(new Error('x'), AbortSignal.abort()).message).toMatch(/aborted/)
  })
})

test('an own body function that throws, or makes nothing, rejects before anything is sent', async () => {
  const apply = (body: (item: unknown) => unknown) =>
    httpTarget({ url: 'http://127.0.0.1:1/{sku}', body })
      .apply(change({ item: {} }), { target: 'x', signal: AbortSignal.timeout(1_000), attempt: 1, timeoutMs: 1_000 })
      .catch((error: unknown) => error)
  const thrown = new Error('secret')
  expect(
    await apply(() => {
      throw thrown
    }),
  ).toMatchObject({ code: 'TARGET_REJECTED', cause: thrown, message: expect.not.stringContaining('secret') as string })
  expect(await apply(() => undefined)).toMatchObject({
    code: 'TARGET_REJECTED',
    message: expect.stringMatching(/Return null/) as string,
  })
})

test('the item is inferred from the body function', () => {
  const target = httpTarget({ url: 'https://x/{sku}', body: (item: InventoryItem) => item.quantity })
  expect(target.applyBatch).toBeUndefined()
})

function errorOf(run: () => unknown): SyncError {
  try {
    run()
  } catch (error) {
    if (isSyncError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

function hex(value: string): string {
  return value.split('v1=')[1]!
}

function circle(): unknown {
  const self: Record<string, unknown> = {}
  self['self'] = self
  return self
}
