import { createHash, createHmac } from 'node:crypto'

/** What a signature covers. No part but the body can contain a line break, so that the parts cannot run together. */
export interface Signed {
  readonly seconds: number
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
  readonly version: string
  /** The idempotency key, as sent. */
  readonly id: string
  readonly body?: string | undefined
}

/** The value of `Sync-Signature`. */
export function signature({ seconds, method, path, version, id, body = '' }: Signed, secret: string): string {
  const digest = createHash('sha256').update(body).digest('hex')
  const lines = [String(seconds), method, path, version, id, digest]
  return `t=${seconds},v1=${createHmac('sha256', secret).update(lines.join('\n')).digest('hex')}`
}
