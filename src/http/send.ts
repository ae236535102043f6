import { TargetRejectedError } from '../errors.ts'
import { unreachable } from './network-error.ts'
import { requestHeaders } from './request-headers.ts'
import { type Arrival, received } from './received.ts'

export interface HttpRequest {
  readonly method: 'PUT' | 'DELETE' | 'GET'
  readonly url: URL
  readonly signal: AbortSignal
  /** Of the change that is applied; a read has none. */
  readonly facts?: { readonly version: string; readonly id: string }
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly arrival: Arrival
}

/** What every request of one place has in common. */
export interface SendSettings {
  readonly headers: Readonly<Record<string, string>>
  /** Signs every request. */
  readonly secret: string | undefined
  readonly maxResponseBytes: number
}

const maxRedirects = 3

/**
 * Sends a request and reads its answer. Follows redirects that keep the method and stay within the origin, so that
 * headers reach nobody else; each is signed anew. `url` is where the answer came from.
 *
 * @throws TargetUnavailableError when there is no answer, TargetRejectedError for a redirect that is not followed.
 */
export async function send(request: HttpRequest, settings: SendSettings): Promise<HttpAnswer & { readonly url: URL }> {
  let { url } = request
  for (let redirects = 0; ; redirects++) {
    const response = await asked(request, url, settings)
    const body = await received(response, settings.maxResponseBytes)
    const { status, headers } = response
    if (status !== 307 && status !== 308) return { status, headers, url, ...body }
    if (redirects === maxRedirects)
      throw new TargetRejectedError(`The warehouse redirects more than ${maxRedirects} times. Give the final URL.`)
    url = redirected(url, headers.get('location'))
  }
}

async function asked(request: HttpRequest, url: URL, settings: SendSettings): Promise<Response> {
  const { method, signal, body } = request
  const headers = requestHeaders(request, url, settings)
  try {
    return await fetch(url, { method, headers, signal, redirect: 'manual', ...(body !== undefined && { body }) })
  } catch (error) {
    throw unreachable(error, signal)
  }
}

function redirected(from: URL, location: string | null): URL {
  if (location === null || !URL.canParse(location, from.href))
    throw new TargetRejectedError('The warehouse redirects without a valid Location.')
  const to = new URL(location, from)
  if (to.origin !== from.origin)
    throw new TargetRejectedError(
      `The warehouse redirects to another origin, ${to.origin}, which is not followed. Give the final URL.`,
    )
  if (to.username !== '' || to.password !== '')
    throw new TargetRejectedError('The warehouse redirects to a URL with credentials, which is not followed.')
  return to
}
