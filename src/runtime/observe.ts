import type { Metric, MetricEmitter } from '../ports/metrics.ts'
import { emitTimeoutMs, failureLines } from './defaults.ts'
import type { Invocation } from './invocation.ts'
import { measure, staleInserts } from './measure.ts'
import type { Settled } from './pipeline.ts'
import type { Sync } from './sync.ts'

/** Tells the emitters and the logger how it went. Their faults are theirs; what is slow is left behind. */
export async function observe<Item>(settled: Settled<Item>, sync: Sync<Item>, invocation: Invocation): Promise<void> {
  log(settled, sync, invocation)
  if (sync.emitters.length === 0) return
  await emitAll(sync.emitters, measure(settled, sync, invocation), invocation)
}

/** Hands metrics to every emitter and waits a moment for those that answer with a promise. */
export async function emitAll(
  emitters: readonly MetricEmitter[],
  metrics: readonly Metric[],
  { clock, over, observeUntil }: Invocation,
): Promise<void> {
  const pending: Promise<unknown>[] = []
  for (const emitter of emitters) {
    try {
      const answer: unknown = emitter.emit(metrics)
      if (answer instanceof Promise) pending.push(answer.catch(() => undefined))
    } catch {
      // An observer's fault is not the sync's.
    }
  }
  const patience = Math.min(emitTimeoutMs, observeUntil - clock.monotonic())
  if (pending.length === 0 || patience <= 0) return
  await Promise.race([Promise.all(pending), clock.sleep(patience, over.signal()).catch(() => undefined)])
}

function log<Item>(
  { identifiers, runs, parked, unresolved, poison, unread, regressed }: Settled<Item>,
  sync: Sync<Item>,
  { clock, start }: Invocation,
): void {
  const { logger } = sync
  for (const { key, version } of regressed.slice(0, failureLines))
    logger.warn('The version attribute went backwards: later writes of this item are stale until it catches up.', {
      key,
      version,
    })
  for (const { error, position } of poison.slice(0, failureLines))
    logger.error('A record cannot be decoded.', {
      itemIdentifier: identifiers[position],
      code: error.code,
      reason: error.message,
    })
  for (const { error, position } of unread.slice(0, failureLines))
    logger.error('The table did not tell a row.', {
      itemIdentifier: identifiers[position],
      code: error.code,
      reason: error.message,
    })
  for (const run of runs) {
    const items = staleInserts(run, sync)
    if (items > 0)
      logger.warn('Items that appear are older than what the target remembers: their versions started again.', {
        target: run.route.name,
        items,
      })
  }
  const failed = [
    ...parked.map((outcome) => ({ outcome, fate: 'parked' })),
    ...unresolved.map((outcome) => ({ outcome, fate: 'unresolved' })),
  ]
  for (const { outcome, fate } of failed.slice(0, failureLines))
    logger.warn('A delivery failed.', {
      target: outcome.route.name,
      id: outcome.change.id,
      key: outcome.change.key,
      version: outcome.change.version,
      fate,
      attempts: outcome.attempts,
      ...(outcome.status === 'failed'
        ? { code: outcome.error.code, reason: outcome.error.message }
        : { reason: 'never started' }),
    })
  logger.info('Synced.', {
    records: identifiers.length,
    delivered: runs.reduce((total, { delivered }) => total + delivered, 0),
    parked: parked.length,
    unresolved: unresolved.length,
    poison: poison.length,
    durationMs: Math.round(clock.monotonic() - start),
  })
}
