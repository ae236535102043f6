import { describe, expect, test } from 'vitest'
import { interleave } from '../../../src/core/interleave.ts'
import { stoppablePages } from '../../../src/core/stoppable-pages.ts'
import { untilAborted } from '../../../src/core/until-aborted.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A source of `count` values that keeps what was asked of it. */
function sourceOf(name: string, count: number, log: string[] = []) {
  return async function* source() {
    try {
      for (let at = 0; at < count; at++) {
        log.push(`asked ${name}${at}`)
        await turn()
        yield `${name}${at}`
      }
    } finally {
      log.push(`closed ${name}`)
    }
  }
}

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const taken: Value[] = []
  for await (const value of values) taken.push(value)
  return taken
}

describe('interleave', () => {
  test('every value of every source comes once, in the order of its source', async () => {
    const values = await all(interleave([sourceOf('a', 3), sourceOf('b', 1), sourceOf('c', 0), sourceOf('d', 5)], 2))
    expect([...values].sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'd0', 'd1', 'd2', 'd3', 'd4'])
    for (const name of 'abd') {
      const own = values.filter((value) => value.startsWith(name))
      expect(own).toEqual([...own].sort())
    }
  })

  test('no sources, no values', async () => {
    expect(await all(interleave([], 4))).toEqual([])
  })

  test('no more sources are open than told, and each is one value ahead', async () => {
    const log: string[] = []
    const values = interleave([sourceOf('a', 9, log), sourceOf('b', 9, log), sourceOf('c', 9, log)], 2)
    await values.next()
    for (let turns = 0; turns < 50; turns++) await turn()
    expect([...log].sort()).toEqual(['asked a0', 'asked a1', 'asked b0'])
    await values.return()
    await turn()
    expect(log).toContain('closed a')
    expect(log).toContain('closed b')
  })

  test('what one source throws ends all, and the others are closed', async () => {
    const log: string[] = []
    const failing = async function* (): AsyncGenerator<string, void> {
      yield* sourceOf('x', 1)()
      throw new Error('broken')
    }
    await expect(all(interleave([sourceOf('a', 100, log), failing], 2))).rejects.toThrow('broken')
    for (let turns = 0; turns < 5; turns++) await turn()
    expect(log.at(-1)).toBe('closed a')
  })

  test('a value that is slow to come does not hold the others', async () => {
    let free = (): void => undefined
    const slow = async function* (): AsyncGenerator<string, void> {
      await new Promise<void>((resolve) => {
        free = resolve
      })
      yield 'slow'
    }
    const values = interleave([slow, sourceOf('a', 2)], 2)
    expect([(await values.next()).value, (await values.next()).value]).toEqual(['a0', 'a1'])
    free()
    expect(await values.next()).toEqual({ done: false, value: 'slow' })
    expect(await values.next()).toEqual({ done: true, value: undefined })
  })
})

describe('stoppablePages', () => {
  /** One page, then one that comes only when the signal aborts. */
  function hanging() {
    const told: AbortSignal[] = []
    async function* open(signal: AbortSignal): AsyncGenerator<string, string> {
      told.push(signal)
      yield 'page'
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return 'cut'
    }
    return { told, open }
  }

  test('pages and their summary come as they are', async () => {
    const pages = stoppablePages(new AbortController().signal, async function* () {
      yield 1
      return 'all'
    })
    expect([await pages.next(), await pages.next()]).toEqual([
      { done: false, value: 1 },
      { done: true, value: 'all' },
    ])
  })

  test('what is on its way is told when nobody wants it any more', async () => {
    const { told, open } = hanging()
    const pages = stoppablePages(new AbortController().signal, open)
    await pages.next()
    const coming = pages.next()
    expect(await pages.return!()).toEqual({ done: true, value: undefined })
    expect(told[0]!.aborted).toBe(true)
    expect(await coming).toEqual({ done: true, value: 'cut' })
  })

  test('an abort of the given signal arrives', async () => {
    const { open } = hanging()
    const given = new AbortController()
    const pages = stoppablePages(given.signal, open)
    await pages.next()
    const coming = pages.next()
    given.abort()
    expect(await coming).toEqual({ done: true, value: 'cut' })
  })
})

describe('untilAborted', () => {
  test('what the work comes to', async () => {
    const { signal } = new AbortController()
    expect(await untilAborted(signal, Promise.resolve(7))).toBe(7)
    await expect(untilAborted(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })

  test('nothing once the signal aborts, whatever the work does', async () => {
    const controller = new AbortController()
    const waiting = untilAborted(controller.signal, new Promise(() => undefined))
    controller.abort()
    expect(await waiting).toBeUndefined()
    expect(await untilAborted(controller.signal, Promise.reject<number>(new Error('late')))).toBeUndefined()
  })
})
