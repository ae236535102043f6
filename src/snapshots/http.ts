import type { Clock } from '../ports/clock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { RowOptions } from '../rows/entry-maker.ts'
import { httpPages } from './http/pages.ts'
import { httpSettings } from './http/settings.ts'

/** Options of {@link httpSnapshot}. `url` is the only one that is needed. */
export interface HttpSnapshotOptions<Row = Readonly<Record<string, unknown>>> extends RowOptions<Row> {
  /**
   * The first page: an absolute URL, https. Plain http is for the machine itself (`localhost`, `127.0.0.1`, `[::1]`)
   * unless `plainHttp` is given.
   */
  readonly url: string | URL
  /**
   * Picks the rows out of a page. `body` is parsed JSON with exact numbers (`bigint` or `{ value }` where a `number` would
   * round), or text where the answer's content type is not JSON. Default: the body is the list.
   */
  readonly rows?: ((body: unknown, headers: Headers) => readonly Row[]) | undefined
  /**
   * Where the next page is. `link`, the default: where the answer's `Link` header says `rel="next"`. A function returns its
   * URL, absolute or relative to the page's own, as `?cursor=…`; `undefined`, `null` or an empty text after the last page.
   * An answer that names none ends the snapshot: a service that pages by a cursor needs the function.
   */
  readonly next?: 'link' | ((body: unknown, headers: Headers) => string | URL | null | undefined) | undefined
  /** Sent with every request, as `{ authorization: '…' }`. Never sent to another origin but `origins`, never shown in an error. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Signs every request with HMAC-SHA256, as `httpTarget` does. */
  readonly hmac?: { readonly secret: string } | undefined
  /** Other origins that pages may be at, as `https://pages.lyon.example`; they get the headers too. Default: none. */
  readonly origins?: readonly string[] | undefined
  /** Allows http to other machines: whoever is on the way can read the headers and change the rows. Default false. */
  readonly plainHttp?: boolean | undefined
  /** The most pages; one more makes the snapshot throw. Default 100,000. */
  readonly maxPages?: number | undefined
  /** The longest page, unpacked, in bytes. Default 16,777,216 (16 MiB). */
  readonly maxPageBytes?: number | undefined
  /** How long a page may take, each attempt by itself, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** How often a page is asked for that is unavailable, and the pauses between. Default 5 attempts, 200 ms doubling up to 10,000 ms. */
  readonly retry?: PageRetry | undefined
  /** `key`: the rows are sorted by key text in UTF-8 byte order, which reconcile verifies. Default `none`. */
  readonly order?: 'key' | 'none' | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/** Pauses double from `minDelayMs` to `maxDelayMs`, each cut at random. One attempt: no retry. */
export interface PageRetry {
  readonly maxAttempts?: number | undefined
  readonly minDelayMs?: number | undefined
  readonly maxDelayMs?: number | undefined
}

/**
 * The rows that a service gives by HTTP, page by page, as a snapshot.
 *
 * @example
 * ```ts
 * httpSnapshot({
 *   url: 'https://lyon.example/stock?limit=1000',
 *   headers: { authorization: `Bearer ${token}` },
 *   rows: (body) => (body as { stock: Row[] }).stock,
 * })
 * ```
 *
 * - **Pages** are GET requests, one after the other. Redirects 307 and 308 within the origin are followed, three at most.
 *   https://www.rfc-editor.org/rfc/rfc8288 says what a `Link` header looks like.
 * - **Unavailable** pages are asked for again: no connection, an answer that breaks off or takes too long, 408, 409, 425,
 *   429 and 5xx. `Retry-After` is respected up to 15 minutes.
 * - **Refused** is what would be half a snapshot: a next page that was read before, one at another origin, or more than
 *   `maxPages`; a page that is too long, no JSON, or without a list of rows; a `Link` header that cannot be read; a row that
 *   `row` refuses. Each throws a SnapshotError that names the page. An answer such as 401 or 404 throws
 *   TargetRejectedError, a page that stays unavailable TargetUnavailableError. No error shows URLs, headers or rows.
 * - **Completeness.** After the last page the snapshot is complete. An abort ends it early, as not complete. Rows that move
 *   between pages while they are read may come twice or not at all: let the service page by key.
 * - A partition is every so many-th row, and reads all pages.
 * @throws ConfigError for an option that cannot work.
 */
export function httpSnapshot<Row = Readonly<Record<string, unknown>>>(options: HttpSnapshotOptions<Row>): Snapshot {
  const settings = httpSettings(options)
  return { order: settings.order, pages: (context) => httpPages(settings, context) }
}
