import type { Deployment, Warehouse } from './types.ts'

/** What the library does where a route says nothing: its documented defaults. */
const defaults = { concurrency: 10, timeoutMs: 5_000, maxAttempts: 3, minDelayMs: 100, maxDelayMs: 2_000 }

/** More are refused, as the settings' check says. */
export const mostAttempts = 20

/** What parking takes at most, twice: the library gives a sink up after two calls of 5 s without an answer. */
const parkingMs = 10_000

/** Loading the code, reading the secrets, connecting. */
const startMs = 5_000

/**
 * How long one batch may take at the slowest warehouse, in milliseconds: each change tried as often as its route allows,
 * each attempt and each pause as long as it may be, in as many rounds as its concurrency makes of a batch. The breaker
 * only shortens this.
 */
export function worstCaseMs(batchSize: number, warehouses: readonly Warehouse[], deadlineMarginMs: number): number {
  return overheadMs(deadlineMarginMs) + slowestMs(batchSize, warehouses)
}

/** The same for letters, which are applied in rounds, one letter per item and round: at worst each is a round of its own. */
export function worstCaseOfLettersMs(
  batchSize: number,
  warehouses: readonly Warehouse[],
  deadlineMarginMs: number,
): number {
  return overheadMs(deadlineMarginMs) + batchSize * slowestMs(1, warehouses)
}

function overheadMs(deadlineMarginMs: number): number {
  return startMs + parkingMs + deadlineMarginMs
}

function slowestMs(batchSize: number, warehouses: readonly Warehouse[]): number {
  return Math.max(0, ...warehouses.map((warehouse) => routeMs(batchSize, warehouse)))
}

function routeMs(batchSize: number, { concurrency, timeoutMs, retry }: Warehouse): number {
  const attempts = Math.min(retry?.maxAttempts ?? defaults.maxAttempts, mostAttempts)
  const [first, longest] = [retry?.minDelayMs ?? defaults.minDelayMs, retry?.maxDelayMs ?? defaults.maxDelayMs]
  const pauses = Array.from({ length: attempts - 1 }, (_, index) => Math.min(longest, first * 2 ** index))
  const one = attempts * (timeoutMs ?? defaults.timeoutMs) + pauses.reduce((sum, pause) => sum + pause, 0)
  return Math.ceil(batchSize / (concurrency ?? defaults.concurrency)) * one
}

/** The worst case of the stream's batches in whole seconds, with a tenth on top. */
export function timeoutSeconds(
  batchSize: number,
  warehouses: readonly Warehouse[],
  { sync }: Pick<Deployment, 'sync'>,
): number {
  return inSeconds(worstCaseMs(batchSize, warehouses, sync.deadlineMarginMs))
}

/** The worst case of a queue's batches, and no more than Lambda's longest. */
export function letterTimeoutSeconds(
  batchSize: number,
  warehouses: readonly Warehouse[],
  { sync }: Pick<Deployment, 'sync'>,
): number {
  return Math.min(900, inSeconds(worstCaseOfLettersMs(batchSize, warehouses, sync.deadlineMarginMs)))
}

function inSeconds(worstMs: number): number {
  return Math.ceil((worstMs * 1.1) / 1_000)
}
