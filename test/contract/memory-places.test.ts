import { describe, expect, test } from 'vitest'
import type { DeadLetter, DlqSink, Snapshot, SnapshotContext, SnapshotEntry } from 'dynamodb-stream-sync'
import {
  dlqSinkContract,
  manualClock,
  memoryDlq,
  memoryTarget,
  snapshotContract,
  type Clause,
} from 'dynamodb-stream-sync/testing'
import { compareKeys } from '../../src/core/key-order.ts'
import { decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'

async function brokenClauses(clauses: readonly Clause[], clock = manualClock()): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, check } of clauses) await clock.settle(check()).catch(() => failed.push(name))
  return failed
}

describe('a sink in memory', () => {
  const dlq = memoryDlq()
  const contract = dlqSinkContract({ create: () => dlq, drain: async () => dlq.letters() })
  for (const { name, check } of contract) test(name, check)
})

describe('a sink that keeps letters as JSON text', () => {
  for (const { name, check } of kept(encodeDeadLetter, decodeDeadLetter)) test(name, check)
})

describe('the sink contract', () => {
  const json = (bent: (text: string) => string) => kept((letter) => bent(encodeDeadLetter(letter)), decodeDeadLetter)
  const bent = (change: (letter: DeadLetter) => object) =>
    kept(
      (letter) => change(letter) as DeadLetter,
      (letter) => letter,
    )
  const answering = (send: (dlq: DlqSink) => DlqSink['send']) => {
    const dlq = memoryDlq()
    return dlqSinkContract({ create: () => ({ send: send(dlq) }), drain: async () => dlq.letters() })
  }

  test.for<readonly [string, string, readonly Clause[]]>([
    [
      'forgets milliseconds',
      'removals, tries',
      bent((l) => ({ ...l, failedAt: new Date(Math.floor(+l.failedAt / 1000) * 1000) })),
    ],
    ['loses a field', 'a letter comes back', bent((letter) => ({ ...letter, reason: undefined }))],
    ['loses poison', 'a poison letter', bent((l) => (l.type === 'poison' ? { ...l, record: {} } : l))],
    [
      'rounds numbers',
      'every attribute type',
      json((text) => text.replace(/"N":"(\d{20,})"/g, (_, n) => `"N":"${Number(n)}"`)),
    ],
    [
      'drops what queues refuse',
      'whatever characters',
      json((text) => text.replace(/\\u00(00|07|1f)|[\ufffe\uffff]/g, '')),
    ],
    ['takes __proto__ for a prototype', 'an attribute named __proto__', bent((l) => clone(l) as object)],
    ['takes a retry for the first', 'removals, tries', bent((l) => ({ ...l, attempts: l.attempts || 1 }))],
    ['cuts long texts', 'a letter with an image of 300 KiB', json((text) => text.replace(/"[\w/+=]{200000,}"/g, '""'))],
    [
      'takes ten letters',
      '25 letters',
      answering((dlq) => (letters, context) => dlq.send(letters.slice(0, 10), context)),
    ],
    [
      'parks ten letters',
      '25 letters',
      answering((dlq) => async (letters, context) => {
        await dlq.send(letters.slice(0, 10), context)
        return letters.map(() => 'parked')
      }),
    ],
    ['refuses a letter', 'a letter comes back', answering(() => async (letters) => letters.map(() => new Error('no')))],
    [
      'throws at nothing',
      'no letters',
      answering((dlq) => async (letters, context) => {
        if (letters.length === 0) throw new Error('EmptyBatchRequest')
        return dlq.send(letters, context)
      }),
    ],
    [
      'takes a duplicate for a reason to drop both',
      'a letter that is sent twice',
      answering((dlq) => async (letters, context) => {
        await dlq.send(
          letters.filter(({ id }) => letters.filter((other) => other.id === id).length === 1 && letters.length > 1),
          context,
        )
        return letters.map(() => 'parked')
      }),
    ],
  ])('finds a sink that %s: %s', async ([, clause, clauses]) => {
    expect(await brokenClauses(clauses)).toEqual(expect.arrayContaining([expect.stringContaining(clause)]))
  })
})

/** The contract of a sink that stores what `put` makes of a letter. */
function kept<Stored>(put: (letter: DeadLetter) => Stored, get: (stored: Stored) => DeadLetter): readonly Clause[] {
  const stored: Stored[] = []
  const sink: DlqSink = {
    send: async (letters) => {
      stored.push(...letters.map(put))
      return letters.map(() => 'parked')
    },
  }
  return dlqSinkContract({ create: () => sink, drain: async () => stored.map(get) })
}

/** By assignment, as many a library copies. */
function clone(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(clone)
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) copy[name] = clone((value as Record<string, unknown>)[name])
  return copy
}

type Rows = readonly { readonly sku: string; readonly quantity: number }[]

const entries = (rows: readonly object[]) => (rows as Rows).map((item): SnapshotEntry => ({ item: { ...item } }))
const paged = (rows: readonly SnapshotEntry[], size = 1_000): Snapshot => ({
  order: 'none',
  async *pages({ signal }) {
    for (let start = 0; start < rows.length; start += size) {
      signal.throwIfAborted()
      yield rows.slice(start, start + size)
    }
  },
})

describe('the snapshot of a target in memory', () => {
  const create = async (rows: readonly object[]) => {
    const target = memoryTarget<unknown>()
    for (const row of rows as Rows) await target.apply(upsertOf({ sku: row.sku }, 1, row), callContext())
    return target.snapshot()
  }
  for (const { name, check } of snapshotContract({ create })) test(name, check)
})

describe('a snapshot without order and summary', () => {
  for (const { name, check } of snapshotContract({ create: (rows) => paged(entries(rows)) })) test(name, check)
})

describe('the snapshot contract', () => {
  test.for<readonly [string, string, (rows: readonly SnapshotEntry[]) => Snapshot]>([
    ['invents a row', 'a place that holds nothing', (rows) => paged([...rows, { item: { sku: 'x', quantity: 1 } }])],
    [
      'mixes up rows',
      'each row comes once',
      (rows) => paged(rows.map(({ item }, i) => ({ item: { ...item, quantity: rows.length - i } }))),
    ],
    [
      'shows rows as tombstones',
      'each row comes once',
      (rows) => paged(rows.map((row) => ({ ...row, removed: true as const }))),
    ],
    ['ends after a page', 'rows of many pages', (rows) => paged(rows.slice(0, 1_000))],
    ['repeats a page', 'rows of many pages', (rows) => paged([...rows, ...rows.slice(2_000)])],
    [
      'sorts by UTF-16',
      'the order',
      (rows) => ({
        ...paged([...rows].sort((a, b) => (String(a.item['sku']) < String(b.item['sku']) ? -1 : 1))),
        order: 'key',
      }),
    ],
    [
      'reads numbers into keys',
      'the order',
      (rows) =>
        paged(
          rows.map(({ item }) => ({
            item: { ...item, sku: /^\d/.test(String(item['sku'])) ? Number(item['sku']) : item['sku'] },
          })),
        ),
    ],
    [
      'is used up by reading',
      'it can be opened twice',
      (rows) => {
        const left = [...rows]
        return {
          order: 'none',
          async *pages() {
            yield left.splice(0)
          },
        }
      },
    ],
    [
      'ends before it starts',
      'it says that it ended',
      (rows) => ({
        order: 'none',
        async *pages() {
          yield rows
          return { startedAt: new Date(1), endedAt: now, complete: true }
        },
      }),
    ],
    [
      'never claims to be complete',
      'each row comes once',
      (rows) => ({
        order: 'none',
        async *pages() {
          yield rows
          return { startedAt: now, endedAt: now, complete: false }
        },
      }),
    ],
    [
      'hangs when aborted',
      'it ends when its signal aborts',
      (rows) => ({
        order: 'none',
        async *pages({ signal }) {
          yield rows
          await Promise.resolve()
          if (signal.aborted) await new Promise(() => undefined)
        },
      }),
    ],
    [
      'takes aborted for complete',
      'it ends when its signal aborts',
      (rows) => ({
        order: 'none',
        async *pages({ signal }) {
          for (const row of rows) if (!signal.aborted) yield [row]
        },
      }),
    ],
    ['tells of more rows than it gave', 'each row comes once', (rows) => told(rows, ({ length }) => length + 1)],
    [
      'tells of all rows for a part',
      'all parts',
      (rows) => ({
        order: 'none',
        async *pages({ partition: { index, count } = { index: 0, count: 1 } }) {
          yield rows.filter((_, at) => at % count === index)
          return { startedAt: now, endedAt: now, complete: true, rows: rows.length }
        },
      }),
    ],
    [
      'leaves the end of a range out',
      'of a range of keys',
      (rows) => ranged(rows, (key, after, until) => compareKeys(key, after) > 0 && compareKeys(key, until) < 0),
    ],
    [
      'compares ranges by UTF-16',
      'a range of keys is one of UTF-8 bytes',
      (rows) => ranged(rows, (key, after, until) => key > after && key <= until),
    ],
    ['rounds the size of its parts', 'all parts', parted],
    [
      'cannot be let go',
      'read to its end, or let go early',
      (rows) => ({
        order: 'none',
        pages: (context) => ({ ...held(rows, context), return: () => new Promise(() => undefined) }),
      }),
    ],
    [
      'goes on when it was let go',
      'read to its end, or let go early',
      (rows) => ({
        order: 'none',
        pages: (context) => ({ ...held(rows, context), return: async () => ({ done: true, value: undefined }) }),
      }),
    ],
  ])('finds one that %s: %s', async ([, clause, make]) => {
    const clock = manualClock()
    const clauses = snapshotContract({ create: (rows) => make(entries(rows)), clock })
    expect(await brokenClauses(clauses, clock)).toEqual(expect.arrayContaining([expect.stringContaining(clause)]))
  })

  test.for<readonly [string, (open: () => void, close: () => void, rows: readonly SnapshotEntry[]) => Snapshot]>([
    [
      'read to its end',
      (open, _, rows) => ({
        order: 'none',
        async *pages() {
          open()
          yield rows
        },
      }),
    ],
    [
      'let go',
      (open, close, rows) => ({
        order: 'none',
        async *pages() {
          open()
          yield rows
          yield []
          close()
        },
      }),
    ],
  ])('finds one that holds a file open after it was %s', async ([, make]) => {
    let files = 0
    const create = (rows: readonly object[]) =>
      make(
        () => files++,
        () => files--,
        entries(rows),
      )
    const clock = manualClock()
    expect(await brokenClauses(snapshotContract({ create, clock, held: () => files }), clock)).toEqual([
      'read to its end, or let go early, it holds nothing open',
    ])
  })
})

const now = new Date(0)

/** Says that it gave so many rows. */
function told(rows: readonly SnapshotEntry[], count: (rows: readonly SnapshotEntry[]) => number): Snapshot {
  return {
    order: 'none',
    async *pages() {
      yield rows
      return { startedAt: now, endedAt: now, complete: true, rows: count(rows) }
    },
  }
}

/** Uses the range that it is given. */
function ranged(
  rows: readonly SnapshotEntry[],
  isWithin: (key: string, after: string, until: string) => boolean,
): Snapshot {
  return {
    order: 'none',
    async *pages({ after = '', until = '\u{10ffff}\u{10ffff}' }) {
      yield rows.filter(({ item }) => isWithin(String(item['sku']), after, until))
    },
  }
}

/** Loses the rows that are left over when it is divided. */
function parted(rows: readonly SnapshotEntry[]): Snapshot {
  return {
    order: 'none',
    async *pages({ partition = { index: 0, count: 1 } }) {
      const size = Math.floor(rows.length / partition.count)
      yield rows.slice(partition.index * size, (partition.index + 1) * size)
    },
  }
}

function held(rows: readonly SnapshotEntry[], context: SnapshotContext) {
  const pages = paged(rows).pages(context)
  return { next: () => pages.next() }
}
