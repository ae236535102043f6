import { isObject } from '../core/objects.ts'

/** The error's name, or the code of a network error, like ECONNREFUSED. */
export function errorName(error: unknown): string {
  if (!isObject(error)) return 'no error'
  const own = error['name']
  const name = own === 'Error' || own === undefined ? (error['code'] ?? own) : own
  return typeof name === 'string' && /^[\w.]{1,100}$/.test(name) ? name : 'Error'
}
