import { manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { SnapshotError, TargetRejectedError } from '../../../../src/errors.ts'
import { pageReader, type PageReader } from '../../../../src/reconcile/reading/next-page.ts'
import type { Pages } from '../../../../src/reconcile/reading/open-pages.ts'
import { ending } from '../../../../src/runtime/ending.ts'
import type { Invocation } from '../../../../src/runtime/invocation.ts'
import { watchdog } from '../../../../src/runtime/watchdog.ts'
import { never } from '../../../support/sync-kit.ts'

const page = [{ key: 'A', item: { sku: 'A' } }]
const more = { done: false, value: page } as const

/** Reads a place that answers so, one answer a call and then never, and keeps what it was asked. */
function reading(...answers: readonly (() => unknown)[]) {
  const clock = manualClock()
  const [cut, asked] = [ending(), [] as string[]]
  const invocation = { clock, cut, watchdog: watchdog(clock, ending()) } as unknown as Invocation
  const left = [...answers]
  const pages = {
    async next() {
      asked.push('next')
      const answer = left.shift()
      return answer ? answer() : never()
    },
    async return() {
      asked.push('return')
      return Promise.reject(new Error('cannot be let go'))
    },
  } as unknown as Pages
  const open = () => {
    asked.push('open')
    return pages
  }
  const reader: PageReader = pageReader('east', open, 2_000, invocation)
  return { reader, pages, asked, clock, cut, next: () => clock.settle(reader.next()) }
}

const thrown = (error: unknown) => () => {
  throw error
}

describe('what a place answers when it is asked for a page', () => {
  test('is the page, and the one after it is asked for at once', async () => {
    const { reader, next, asked } = reading(() => more)
    expect(asked).toEqual([])
    expect(await next()).toEqual({ entries: page })
    expect(asked).toEqual(['open', 'next', 'next'])
    reader.close()
    expect(asked).toEqual(['open', 'next', 'next', 'return'])
  })

  test('is its summary at its end, whatever that is, and nothing is asked any more', async () => {
    const { reader, next, asked } = reading(
      () => more,
      () => ({ done: true, value: 'all' }),
    )
    expect([await next(), await next()]).toEqual([{ entries: page }, { summary: 'all' }])
    reader.close()
    expect(asked).toEqual(['open', 'next', 'next'])
  })

  test.each([undefined, null, 5, 'A', {}])('is no page of rows: %j. The place is let go', async (value) => {
    const { reader, next, asked } = reading(() => ({ done: false, value }))
    const message = '"east" gave a page that is no array of rows.'
    expect(await next()).toEqual({ error: expect.objectContaining({ code: 'TARGET_UNAVAILABLE', message }) as unknown })
    reader.close()
    expect(asked).toEqual(['open', 'next', 'return'])
  })

  test.each([new SnapshotError('a row without a key'), new TargetRejectedError('no such list')])(
    'is an error of this package, as it is: $code',
    async (error) => {
      const { reader, next, asked } = reading(thrown(error))
      const answer = await next()
      expect('error' in answer && answer.error).toBe(error)
      reader.close()
      expect(asked).toEqual(['open', 'next'])
    },
  )

  test('is any other error, which counts as unavailable and is not repeated', async () => {
    const { next } = reading(thrown(new RangeError('secret')))
    const message = '"east" threw an unknown error (RangeError).'
    expect(await next()).toEqual({ error: expect.objectContaining({ code: 'TARGET_UNAVAILABLE', message }) as unknown })
  })

  test('comes within its time-out, or not at all: the place is let go', async () => {
    const { reader, next, asked, clock } = reading(() => clock.sleep(1_999).then(() => more))
    expect(await next()).toEqual({ entries: page })
    const message = '"east" did not answer within 2,000 ms.'
    expect(await next()).toEqual({ error: expect.objectContaining({ code: 'TARGET_UNAVAILABLE', message }) as unknown })
    expect(clock.monotonic()).toBe(3_999)
    reader.close()
    expect(asked).toEqual(['open', 'next', 'next', 'return'])
  })
})

describe('a run that ends', () => {
  test('waits for no page any more, and the place is let go', async () => {
    const { reader, asked, cut, clock } = reading()
    const work = reader.next()
    cut.end()
    expect(await clock.settle(work)).toEqual({ cut: true })
    reader.close()
    expect(asked).toEqual(['open', 'next', 'return'])
  })

  test('between two pages takes no further one, though it is there', async () => {
    const { reader, next, asked, cut } = reading(
      () => more,
      () => more,
    )
    expect(await next()).toEqual({ entries: page })
    cut.end()
    expect(await next()).toEqual({ cut: true })
    reader.close()
    expect(asked).toEqual(['open', 'next', 'next', 'return'])
  })

  test('before the first page opens no place', async () => {
    const { reader, next, asked, cut } = reading(() => more)
    cut.end()
    expect(await next()).toEqual({ cut: true })
    reader.close()
    expect(asked).toEqual([])
  })
})

describe('a place is let go', () => {
  test('while its first page is under way', () => {
    const { reader, asked } = reading()
    void reader.next()
    reader.close()
    expect(asked).toEqual(['open', 'next', 'return'])
  })

  test.each<[string, unknown]>([
    ['is not there', undefined],
    ['answers with no promise', () => ({ done: true, value: undefined })],
    ['answers with nothing', () => undefined],
    ['throws', thrown(new Error('cannot be let go'))],
  ])('without an error where its `return` %s', async (_, given) => {
    const { reader, pages, next } = reading(() => more)
    pages.return = given as never
    await next()
    expect(() => {
      reader.close()
    }).not.toThrow()
  })
})
