import { httpSnapshot } from 'dynamodb-stream-sync/snapshots/http'
import { describe, expect, test } from 'vitest'

const url = 'https://lyon.example/stock'

describe('httpSnapshot refuses at construction', () => {
  test.for<readonly [options: unknown, field: string, message: string]>([
    [undefined, 'httpSnapshot', 'Give at least { url }'],
    [{}, 'url', 'is no absolute URL. Give the first page'],
    [{ url: '/stock' }, 'url', 'is no absolute URL'],
    [{ url: 'ftp://lyon.example/' }, 'url', 'is neither https nor http'],
    [{ url: 'http://lyon.example/' }, 'url', 'is plain http to another machine'],
    [{ url: 'http://127.example/' }, 'url', 'is plain http to another machine'],
    [{ url: 'http://localhost.example/' }, 'url', 'is plain http to another machine'],
    [{ url: 'https://secret:secret@lyon.example/' }, 'url', 'carries credentials. Put them into headers'],
    [{ url, uri: url }, 'uri', 'is no option of httpSnapshot. Known are url, rows, next'],
    [{ url, rows: 'stock' }, 'rows', '"stock" is no function'],
    [{ url, next: 'cursor' }, 'next', `"cursor" leads nowhere. Give 'link', or a function`],
    [{ url, row: {} }, 'row', 'this object is no function'],
    [{ url, order: 'sku' }, 'order', 'is no order'],
    [{ url, headers: ['secret'] }, 'headers', 'are no object'],
    [{ url, headers: { host: 'secret' } }, 'headers["host"]', 'is set by the requests themselves'],
    [{ url, headers: { a: 'secret\n' } }, 'headers["a"]', 'holds a value that no header can carry'],
    [{ url, hmac: { secret: '' } }, 'hmac', 'Give { secret } with a text that is not empty'],
    [{ url, hmac: 'secret' }, 'hmac', 'cannot be used'],
    [{ url, origins: 'https://a.example' }, 'origins', 'is no list'],
    [{ url, origins: ['a.example'] }, 'origins[0]', 'is no origin. Give protocol, host and port only'],
    [{ url, origins: ['https://a.example', 'https://a.example/x'] }, 'origins[1]', 'is no origin'],
    [{ url, origins: ['http://a.example'] }, 'origins[0]', 'is plain http to another machine'],
    [{ url, plainHttp: 'yes' }, 'plainHttp', '"yes" is neither true nor false'],
    [{ url, maxPages: 0 }, 'maxPages', '0 is no whole number from 1 to 10000000'],
    [{ url, maxPageBytes: 1e12 }, 'maxPageBytes', 'is no whole number from 1 to 268435456'],
    [{ url, timeoutMs: -1 }, 'timeoutMs', '-1 is no whole number'],
    [{ url, timeoutMs: 86_400_001 }, 'timeoutMs', 'is no whole number'],
    [{ url, retry: 5 }, 'retry', '5 cannot be used as options'],
    [{ url, retry: { attempts: 5 } }, 'attempts', 'is no option of retry. Known are maxAttempts'],
    [{ url, retry: { maxAttempts: 0 } }, 'retry.maxAttempts', '0 is no whole number from 1 to 100'],
    [{ url, retry: { minDelayMs: 20, maxDelayMs: 10 } }, 'retry.maxDelayMs', '10 is below minDelayMs, 20'],
    [{ url, clock: {} }, 'clock', 'lacks one of now, monotonic and sleep'],
  ])('%j: %s', ([options, field, message]) => {
    const thrown = refusal(options)
    expect(thrown).toMatchObject({
      code: 'CONFIG_INVALID',
      field,
      message: expect.stringContaining(message) as string,
    })
    expect(String(thrown)).not.toContain('secret:')
  })

  test('and takes the rest', () => {
    for (const own of ['http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]:1/', 'http://wms.localhost/'])
      expect(httpSnapshot({ url: own }).order).toBe('none')
    const origins = ['http://pages.lyon.internal:81', 'https://a.example/']
    expect(httpSnapshot({ url: new URL('http://lyon.internal/'), plainHttp: true, origins, order: 'key' }).order).toBe(
      'key',
    )
    expect(httpSnapshot({ url, retry: { minDelayMs: 60_000 } })).toHaveProperty('pages')
  })
})

function refusal(options: unknown): unknown {
  try {
    return httpSnapshot(options as { url: string })
  } catch (error) {
    return error
  }
}
