import type { Change } from '../../core/change.ts'
import { compareVersions, isVersion } from '../../core/version.ts'
import { TargetUnavailableError } from '../../errors.ts'
import { failure } from '../../http/failure.ts'
import type { HttpAnswer } from '../../http/send.ts'
import type { ApplyResult } from '../../ports/target.ts'

/** What an answer says about a change. No message carries what the answer's body says. */
export function judge(answer: HttpAnswer, change: Pick<Change<unknown>, 'type' | 'version'>): ApplyResult {
  const result = success(answer, change)
  if (result === undefined) throw failure(answer)
  // The status may have been sent before the work was done.
  if (answer.arrival === 'broken')
    throw new TargetUnavailableError(`The answer of the warehouse (${answer.status}) broke off.`)
  return result
}

function success(answer: HttpAnswer, { type, version }: Pick<Change<unknown>, 'type' | 'version'>) {
  const { status } = answer
  if (status >= 200 && status < 300) return 'applied'
  if (status === 412) return 'stale'
  if ((status === 404 || status === 410) && type === 'removal') return 'unchanged'
  if (status !== 409) return undefined
  const held = heldVersion(answer)
  const order = held === undefined ? -1 : compareVersions(held, version)
  return order < 0 ? undefined : order === 0 ? 'unchanged' : 'stale'
}

/** The version that an answer names: in its header, else in its JSON body. */
function heldVersion({ headers, text }: HttpAnswer): string | undefined {
  const named = headers.get('sync-version')
  if (named !== null && isVersion(named)) return named
  try {
    const body: unknown = JSON.parse(text)
    const held = typeof body === 'object' && body !== null && 'version' in body ? body.version : undefined
    return typeof held === 'string' && isVersion(held) ? held : undefined
  } catch {
    return undefined
  }
}
