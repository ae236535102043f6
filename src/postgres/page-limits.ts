import type { CursorRequest } from './cursor-pages.ts'

/** How a snapshot is read unless told otherwise. */
export const pageDefaults: Pick<CursorRequest, 'pageRows' | 'timeoutMs' | 'idleTimeoutMs'> = {
  pageRows: 1_000,
  timeoutMs: 120_000,
  idleTimeoutMs: 600_000,
}

/** The least and the most of each. A day is far above what a page takes, and what a timer can wait. */
export const pageLimits: Readonly<Record<'pageRows' | 'milliseconds', readonly [least: number, most: number]>> = {
  pageRows: [1, 100_000],
  milliseconds: [1, 86_400_000],
}
