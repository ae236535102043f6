import type { Lock } from 'dynamodb-stream-sync'
import { lockContract, manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'

/** What a lock does wrong. */
type Flaw =
  | 'gives it to everybody'
  | 'gives it to nobody'
  | 'gives it twice to the same'
  | 'looks before it writes'
  | 'knows one name'
  | 'cuts names'
  | 'holds for ever'
  | 'ends early'
  | 'ends late'
  | 'does not renew'
  | 'renews shortly'
  | 'renews what was lost'
  | 'renews what was let go'
  | 'takes it back by renewing'
  | 'lets go what others hold'
  | 'does not let go'
  | 'does not let go twice'

interface Row {
  readonly owner: object
  readonly token: object
  readonly endsAt: number
}

/** Locks in memory that share rows and have a flaw. */
function locks(flaw?: Flaw) {
  const clock = manualClock()
  const rows = new Map<string, Row>()
  const nameOf = (name: string) => (flaw === 'knows one name' ? 'x' : flaw === 'cuts names' ? name.trim() : name)
  const isFree = (row: Row | undefined, owner: object) =>
    flaw === 'gives it to everybody' ||
    row === undefined ||
    (flaw === 'gives it twice to the same' && row.owner === owner) ||
    (flaw !== 'holds for ever' && row.endsAt + (flaw === 'ends late' ? 90_000 : 0) <= clock.monotonic())

  function create(): Lock {
    const owner = {}
    return {
      async acquire(given, leaseMs) {
        const name = nameOf(given)
        const free = isFree(rows.get(name), owner) && flaw !== 'gives it to nobody'
        if (flaw === 'looks before it writes') await Promise.resolve()
        if (!free) return undefined
        const token = {}
        const lasts = (ms: number) => clock.monotonic() + (flaw === 'ends early' ? ms / 2 : ms)
        rows.set(name, { owner, token, endsAt: lasts(leaseMs) })
        const isOwn = () => rows.get(name)?.token === token
        let isLetGo = false
        return {
          async renew() {
            const silently = flaw === 'renews what was lost' || (flaw === 'renews what was let go' && isLetGo)
            if (!isOwn() && flaw !== 'takes it back by renewing') {
              if (silently) return
              throw new Error('lost')
            }
            if (flaw === 'does not renew') return
            rows.set(name, { owner, token, endsAt: lasts(flaw === 'renews shortly' ? leaseMs / 2 : leaseMs) })
          },
          async release() {
            if (flaw === 'does not let go') return
            if (isLetGo && flaw === 'does not let go twice') throw new Error('already')
            isLetGo = true
            if (isOwn() || flaw === 'lets go what others hold') rows.delete(name)
          },
        }
      },
    }
  }
  return { create, pass: clock.advance }
}

async function broken(flaw?: Flaw): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, check } of lockContract(locks(flaw))) await check().catch(() => failed.push(name))
  return failed
}

test('a lock that keeps its promises passes', async () => {
  expect(await broken()).toEqual([])
})

test('one that is free a while after a lease has ended passes if it says so', async () => {
  for (const { check } of lockContract({ ...locks('ends late'), graceMs: 90_000 })) await check()
})

describe('a lock is caught that', () => {
  test.for<Flaw>([
    ...([
      'gives it to everybody',
      'gives it to nobody',
      'gives it twice to the same',
      'looks before it writes',
    ] as const),
    ...(['knows one name', 'cuts names', 'holds for ever', 'ends early', 'ends late', 'does not renew'] as const),
    ...(['renews shortly', 'renews what was lost', 'renews what was let go', 'takes it back by renewing'] as const),
    ...(['lets go what others hold', 'does not let go', 'does not let go twice'] as const),
  ])('%s', async (flaw) => {
    expect(await broken(flaw)).not.toEqual([])
  })
})
