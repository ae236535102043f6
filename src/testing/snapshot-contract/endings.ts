import assert from 'node:assert/strict'
import type { Clock } from '../../ports/clock.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { rowsOf } from '../rows-of.ts'
import { assertCount } from './assert-rows.ts'
import { many } from './held-rows.ts'

/** Aborted after the first page: what else was read may come; then it rejects or ends. */
export async function assertAborted(snapshot: Snapshot, clock: Clock): Promise<void> {
  const stop = new AbortController()
  const done = new AbortController()
  const reading = async () => {
    const iterator = snapshot.pages({ signal: stop.signal })
    let page = await iterator.next()
    stop.abort()
    let rows = 0
    for (; !page.done; page = await iterator.next()) rows += page.value.length
    return { rows, summary: page.value ?? undefined }
  }
  const end = await Promise.race([
    reading().catch(() => 'rejected' as const),
    clock.sleep(5_000, done.signal).then(() => 'hangs' as const),
  ])
  done.abort()
  assert.notEqual(end, 'hangs', 'the snapshot neither ends nor rejects though its signal is aborted')
  if (typeof end !== 'object') return
  assertCount(end.rows, end.summary)
  if (end.summary?.complete !== false)
    assert.equal(end.rows, many.length, 'a snapshot that says that it is complete gave every row')
}

/** At its end, after a page, and while the next one is on its way. */
export async function assertLetGo(
  snapshot: Snapshot,
  clock: Clock,
  held: (() => number | Promise<number>) | undefined,
): Promise<void> {
  const before = await held?.()
  await rowsOf(snapshot)
  assert.equal(await held?.(), before, 'a snapshot that was read to its end holds nothing any more')
  for (const isComing of [false, true]) {
    const pages = snapshot.pages({ signal: new AbortController().signal })
    await pages.next()
    const coming = isComing ? pages.next().catch(() => undefined) : undefined
    if (!pages.return) continue
    const done = new AbortController()
    const end = await Promise.race([
      Promise.all([pages.return(), coming]).then(() => 'ended' as const),
      clock.sleep(5_000, done.signal).then(() => 'hangs' as const),
    ])
    done.abort()
    assert.equal(end, 'ended', 'the snapshot does not end though nobody reads on')
    assert.equal((await pages.next()).done, true, 'a snapshot that was let go gives no more pages')
  }
  assert.equal(await held?.(), before, 'a snapshot that was let go holds nothing any more')
}
