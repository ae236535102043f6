import type { Change } from '../../core/change.ts'
import type { SendSettings } from '../../http/send.ts'
import type { HttpTargetOptions } from '../http.ts'
import { checkOptions } from './check-options.ts'
import { urlMaker } from './url-of.ts'

/** Answers are read up to here. */
const defaultMaxResponseBytes = 1_048_576

/** What {@link HttpTargetOptions} come to, checked. */
export interface HttpSettings<Item> extends SendSettings {
  readonly urlOf: (change: Change<Item>) => URL
  readonly body: (item: Item) => unknown
  readonly read: HttpTargetOptions<Item>['read']
}

export function httpSettings<Item>(options: HttpTargetOptions<Item>): HttpSettings<Item> {
  checkOptions(options)
  return {
    urlOf: urlMaker(options.url),
    body: options.body ?? ((item) => item),
    headers: { ...options.headers },
    secret: options.hmac?.secret,
    read: options.read,
    maxResponseBytes: options.maxResponseBytes ?? defaultMaxResponseBytes,
  }
}
