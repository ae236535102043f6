import type { Change } from '../../core/change.ts'
import { isSyncError, TargetRejectedError } from '../../errors.ts'
import type { HttpTargetOptions } from '../http.ts'
import { fillTemplate, urlTemplate } from './url-template.ts'

/** @throws ConfigError for a template that cannot work. */
export function urlMaker<Item>(url: HttpTargetOptions<Item>['url']): (change: Change<Item>) => URL {
  if (typeof url === 'function') return (change) => checked(() => url(change))
  const template = urlTemplate(url)
  return (change) => fillTemplate(template, (name) => attributeOf(change, name))
}

/** Key attributes first: they are there in a removal too, and exactly as the table has them. */
function attributeOf(change: Change<unknown>, name: string): unknown {
  if (Object.hasOwn(change.keyAttributes, name)) return change.keyAttributes[name]
  const item = change.type === 'upsert' ? change.item : change.previous
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return undefined
  return (item as Readonly<Record<string, unknown>>)[name]
}

/** No message shows the URL: its query may hold a token. */
function checked(make: () => unknown): URL {
  const url = made(make)
  if (url === undefined) throw new TargetRejectedError('The url function returned no absolute URL. Return https://….')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TargetRejectedError('The url function returned no http or https URL. Return https://….')
  if (url.username !== '' || url.password !== '')
    throw new TargetRejectedError('The url function returned a URL with credentials. Put them into a header.')
  if (url.href.includes('#'))
    throw new TargetRejectedError(
      'The url function returned a URL with a #. Encode what is put in: encodeURIComponent.',
    )
  return url
}

function made(make: () => unknown): URL | undefined {
  let result: unknown
  try {
    result = make()
  } catch (cause) {
    if (isSyncError(cause)) throw cause
    throw new TargetRejectedError('The url function threw an error.', { cause })
  }
  if (result instanceof URL) return new URL(result)
  return typeof result === 'string' && URL.canParse(result) ? new URL(result) : undefined
}
