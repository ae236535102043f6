import { TargetRejectedError } from '../errors.ts'
import { encodedText } from './encoded-text.ts'
import type { HttpRequest, SendSettings } from './send.ts'
import { signature } from './signature.ts'

export function requestHeaders(
  request: HttpRequest,
  url: URL,
  settings: Pick<SendSettings, 'headers' | 'secret'>,
): Headers {
  const headers = new Headers(settings.headers)
  const version = request.facts?.version ?? ''
  const id = encodedText(request.facts?.id ?? '')
  if (!headers.has('accept')) headers.set('accept', 'application/json')
  if (request.body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  if (request.facts) {
    if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(version))
      throw new TargetRejectedError('The version of this change is not printable ASCII and fits into no header.')
    headers.set('sync-version', version)
    headers.set('idempotency-key', id)
  }
  if (settings.secret !== undefined) {
    const path = url.pathname + url.search
    const seconds = Math.floor(Date.now() / 1_000)
    headers.set('sync-signature', signature({ ...request, path, version, id, seconds }, settings.secret))
  }
  return headers
}
