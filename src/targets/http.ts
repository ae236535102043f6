import type { Change } from '../core/change.ts'
import type { ItemKey } from '../core/key.ts'
import { send } from '../http/send.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import type { SingleTarget } from '../ports/target.ts'
import { judge } from './http/judge.ts'
import { readKeys } from './http/read-keys.ts'
import { bodyOf } from './http/request-body.ts'
import { httpSettings } from './http/settings.ts'

/** Options of {@link httpTarget}. `url` is the only one that is needed. */
export interface HttpTargetOptions<Item = unknown> {
  /**
   * Where an item lives: a template, or a function.
   *
   * A template names attributes in braces, in its path or query: `https://lyon.example/stock/{sku}/{location}`. They are
   * taken from the key first, then from the item, and percent-encoded: text as it is, numbers in decimal, binary in
   * base64url, booleans as true and false. No value can change the path: one that would (`.`, `..`, an empty one) is rejected. Two
   * placeholders need something between them that no value can contain, such as `/`, so that two items never share a URL.
   *
   * A removal has no item. What is no key attribute is then taken from `change.previous`, and the removal is rejected
   * where that is not known. An attribute in a URL should never change: the row under the old URL would stay.
   *
   * A function returns an absolute URL, encodes what it puts in (`encodeURIComponent`), and is also asked for removals and,
   * where `read` is given, for reads: those look like a removal of version `-`.
   */
  readonly url: string | ((change: Change<Item>) => string | URL)
  /**
   * What is sent as JSON; default: the item. Numbers are written exactly, whatever their size; sets become arrays, binary
   * becomes base64. Must not return `undefined` (`null` is sent as `null`).
   */
  readonly body?: ((item: Item) => unknown) | undefined
  /** Sent with every request, as `{ authorization: '…' }`. Never sent to another origin, never shown in an error. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Signs every request with HMAC-SHA256; see {@link httpTarget} for what is signed and how to verify it. */
  readonly hmac?: { readonly secret: string } | undefined
  /**
   * Your word that the server compares `Sync-Version` (plain byte order) with what it holds, answers 412 to an older
   * version, and keeps the version of what was removed, also of an item that it never held. Default false.
   */
  readonly guarded?: boolean | undefined
  /**
   * Makes the warehouse readable for reconcile: turns the answer to a GET into what the warehouse holds, or `undefined`
   * for nothing. `body` is parsed JSON with exact numbers (`bigint` or `{ value }` where a `number` would round), or text
   * where the answer's content type is not JSON. The entry's version defaults to the answer's `Sync-Version`.
   */
  readonly read?: ((body: unknown, key: ItemKey, headers: Headers) => SnapshotEntry | undefined) | undefined
  /** Answers are read up to this many bytes. Default 1,048,576 (1 MiB). */
  readonly maxResponseBytes?: number | undefined
}

/**
 * A warehouse behind HTTP: PUT with JSON for an upsert, DELETE for a removal, by the fetch of the runtime.
 *
 * @example
 * ```ts
 * httpTarget({
 *   url: 'https://lyon.example/stock/{sku}',
 *   body: (item) => ({ onHand: item.quantity }),
 *   guarded: true,
 * })
 * ```
 *
 * **Requests** carry `Sync-Version`, the change's version, and `Idempotency-Key`, the change's id in the encoding of
 * `encodeURIComponent`. Redirects 307 and 308 within the origin are followed, three at most. Keys of several KB may be
 * longer than a server's limit for URLs or headers, which it answers 414 or 431; and a proxy that decodes `%2F` before it
 * routes cannot tell a key with a slash from a path.
 *
 * **Answers.** 2xx: applied. 412: stale. 409 that names a valid version in its `Sync-Version` header or as `version` in a
 * JSON body: stale if that is newer than the change's, unchanged if equal; any other 409: unavailable. 404 and 410 to a removal: unchanged.
 * 408, 425, 429 and 5xx: unavailable, with `Retry-After` respected up to 15 minutes. Everything else, redirects to another
 * origin included: rejected. No connection, an aborted request and a success that breaks off: unavailable. What exceeds
 * `maxResponseBytes` is not read: the status decides alone.
 *
 * **Reads** are GET requests, ten at a time. 404 and 410 mean that nothing is held; with a `Sync-Version` header they are
 * a tombstone of that version. Any other answer but 2xx makes the whole read unavailable, as does an answer above
 * `maxResponseBytes`.
 *
 * **Signature.** With `hmac`, `Sync-Signature: t=<seconds since 1970>,v1=<hex>` is sent. It covers time, method, path and
 * query, version, idempotency key and body, so that none of them can be replaced and a server can refuse what is old.
 * Use another secret for each warehouse, for the host is not covered. A server verifies the raw request with:
 *
 * ```ts
 * import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
 *
 * function isGenuine(request: IncomingMessage, body: Buffer, secret: string): boolean {
 *   const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['sync-signature'])) ?? []
 *   if (!time || !signature || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false
 *   const signed = [
 *     time,
 *     request.method,
 *     request.url, // path and query, as received
 *     request.headers['sync-version'] ?? '',
 *     request.headers['idempotency-key'] ?? '',
 *     createHash('sha256').update(body).digest('hex'), // of no bytes where there is no body
 *   ].join('\n')
 *   return timingSafeEqual(Buffer.from(signature, 'hex'), createHmac('sha256', secret).update(signed).digest())
 * }
 * ```
 *
 * @throws ConfigError for an option that cannot work: a URL that is none, is not http or https, carries credentials or
 * names no attribute; an invalid or reserved header; an empty secret.
 */
export function httpTarget<Item = unknown>(options: HttpTargetOptions<Item>): SingleTarget<Item> {
  const settings = httpSettings(options)
  const { read } = settings
  return {
    guarded: options.guarded ?? false,
    apply: async (change, { signal }) => {
      const url = settings.urlOf(change)
      const facts = { version: change.version, id: change.id }
      const answer =
        change.type === 'removal'
          ? await send({ method: 'DELETE', url, signal, facts }, settings)
          : await send({ method: 'PUT', url, signal, facts, body: bodyOf(change.item, settings.body) }, settings)
      return judge(answer, change)
    },
    ...(read && { read: (keys, context) => readKeys(keys, context, read, settings) }),
  }
}
