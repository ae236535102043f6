import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { WmsRequest } from '../../support/wms-server.ts'

/** What a warehouse does with a signed request, as `httpTarget` tells it, but for the age. */
export function isGenuine({ method, url, headers, body }: WmsRequest, secret: string): boolean {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['sync-signature'])) ?? []
  if (time === undefined || signature === undefined) return false
  const signed = [
    ...[time, method, url, headers['sync-version'] ?? '', headers['idempotency-key'] ?? ''],
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  return timingSafeEqual(Buffer.from(signature, 'hex'), createHmac('sha256', secret).update(signed).digest())
}
