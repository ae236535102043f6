import { expect, test } from 'vitest'
import { inOrder } from '../../../src/reconcile/in-order.ts'

/** What happens, in the order in which it does. */
async function eventsOf(count: number, width: number): Promise<readonly string[]> {
  const events: string[] = []
  async function* pieces() {
    for (let n = 1; n <= count; n++) yield n
  }
  const work = async (n: number) => {
    events.push(`start ${String(n)}`)
    return n
  }
  for await (const n of inOrder(pieces(), width, work)) events.push(`done ${String(n)}`)
  return events
}

test('as many pieces are under way as there is room for, and each result comes in its turn', async () => {
  expect(await eventsOf(4, 2)).toEqual([
    ...['start 1', 'start 2', 'done 1', 'start 3', 'done 2', 'start 4', 'done 3', 'done 4'],
  ])
  expect(await eventsOf(2, 1)).toEqual(['start 1', 'done 1', 'start 2', 'done 2'])
  expect(await eventsOf(2, 3)).toEqual(['start 1', 'start 2', 'done 1', 'done 2'])
})
