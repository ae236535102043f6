import { checkClock, givenOptions } from '../../core/given-options.ts'
import type { SendSettings } from '../../http/send.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { checkRowOptions, rowOptionNames } from '../../rows/check-options.ts'
import { type EntryMaker, entryMaker } from '../../rows/entry-maker.ts'
import { systemClock } from '../../system-clock.ts'
import type { HttpSnapshotOptions, PageRetry } from '../http.ts'
import {
  checkedHeaders,
  checkedPlainHttp,
  checkedRetry,
  checkedSecret,
  checkFunctions,
  longestWaitMs,
  whole,
} from './check-options.ts'
import { checkedOrigins, checkedUrl } from './checked-url.ts'

/** What {@link HttpSnapshotOptions} come to, checked. */
export interface HttpSnapshotSettings extends SendSettings {
  readonly url: URL
  /** Where pages may be. */
  readonly origins: ReadonlySet<string>
  readonly rows: (body: unknown, headers: Headers) => unknown
  /** Undefined: the `Link` header says where the next page is. */
  readonly next: ((body: unknown, headers: Headers) => unknown) | undefined
  readonly entryOf: EntryMaker<unknown>
  readonly maxPages: number
  readonly timeoutMs: number
  readonly retry: Readonly<Record<keyof PageRetry, number>>
  readonly order: Snapshot['order']
  readonly clock: Clock
  /** From 0 to below 1. */
  readonly random: () => number
}

const names = [
  ...['url', 'rows', 'next', 'headers', 'hmac', 'origins', 'plainHttp', 'maxPages', 'maxPageBytes', 'timeoutMs'],
  ...['retry', 'clock', ...rowOptionNames],
]

/** @throws ConfigError for an option that cannot work. */
export function httpSettings<Row>(options: HttpSnapshotOptions<Row>): HttpSnapshotSettings {
  const given = givenOptions('httpSnapshot', options, names, '{ url }')
  checkRowOptions(given)
  checkFunctions(given)
  checkClock(given['clock'])
  const plainHttp = checkedPlainHttp(given)
  const url = checkedUrl(given['url'], plainHttp)
  return {
    url,
    origins: checkedOrigins(given['origins'], url, plainHttp),
    rows: options.rows ?? ((body) => body),
    next: typeof options.next === 'function' ? options.next : undefined,
    entryOf: entryMaker(options) as EntryMaker<unknown>, // `rows` says that they are its rows
    headers: checkedHeaders(given),
    secret: checkedSecret(given),
    maxPages: whole(given, 'maxPages', 100_000, 10_000_000),
    maxResponseBytes: whole(given, 'maxPageBytes', 16_777_216, 268_435_456),
    timeoutMs: whole(given, 'timeoutMs', 30_000, longestWaitMs),
    retry: checkedRetry(given),
    order: options.order ?? 'none',
    clock: options.clock ?? systemClock,
    random: Math.random,
  }
}
