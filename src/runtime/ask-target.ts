import type { Change } from '../core/change.ts'
import { isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { ApplyResult } from '../ports/target.ts'
import { asSyncError, type Attempts } from './attempts.ts'
import type { Route } from './sync.ts'

/** A target's answers, one per change, in order. */
export interface Answers {
  readonly each: readonly (ApplyResult | SyncError)[]
  /** The call as a whole was rejected. */
  readonly rejected: boolean
}

/** Calls a target once. Whatever it throws or answers becomes one answer per change. */
export async function askTarget<Item>(
  { target, name }: Route<Item>,
  attempts: Attempts,
  changes: readonly Change<Item>[],
  attempt: number,
): Promise<Answers> {
  const [first] = changes
  if (target.apply && first) {
    const { apply } = target
    const result = await attempts.run(attempt, (context) => apply.call(target, first, context))
    return { each: [result.error ?? readAnswer(name, result.value)], rejected: false }
  }
  const result = await attempts.run(attempt, (context) => target.applyBatch?.(changes, context))
  const error = result.error ?? wrongShape(name, result.value, changes.length)
  if (error) return { each: changes.map(() => error), rejected: isSyncError(error, 'TARGET_REJECTED') }
  // By hand: `map` passes over the holes of a sparse list, and a change without an answer would be lost.
  const answers: readonly unknown[] = result.value ?? []
  return { each: Array.from(changes, (_, index) => readAnswer(name, answers[index])), rejected: false }
}

/** Garbage is unavailable: whether the change was applied is not known. */
export function readAnswer(name: string, answer: unknown): ApplyResult | SyncError {
  if (answer === 'applied' || answer === 'stale' || answer === 'unchanged') return answer
  if (isError(answer)) return asSyncError(name, answer)
  return new TargetUnavailableError(`"${name}" answered neither applied, stale nor unchanged (${typeof answer}).`)
}

function isError(answer: unknown): boolean {
  try {
    return answer instanceof Error || isSyncError(answer)
  } catch {
    return false // a proxy that does not let itself be looked at
  }
}

function wrongShape(name: string, answers: unknown, count: number): SyncError | undefined {
  if (Array.isArray(answers) && answers.length === count) return undefined
  const what = Array.isArray(answers) ? `${String(answers.length)} answers` : typeof answers
  return new TargetUnavailableError(`"${name}" answered ${what} to a batch of ${String(count)} changes.`)
}
