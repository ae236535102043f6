import { isObject } from '../../core/objects.ts'
import { isSyncError } from '../../errors.ts'

/** What one line may still hold: characters, each value with something for its quotes and comma. */
export interface Budget {
  left: number
}

const maxDepth = 5
const maxText = 1_000
const perValue = 8

/** Where this library, streams and queues keep what an item holds. */
const content = new Set(['item', 'previous', 'record', 'dynamodb', 'NewImage', 'OldImage', 'image', 'body'])
const leftOut = '[left out]'

/**
 * A copy of anything that JSON can tell, and that nothing can break: no accessor, `toJSON` or cycle of what is given is
 * met afterwards. Undefined: there is nothing to tell. May throw where what is given throws.
 */
export function loggable(value: unknown, budget: Budget, depth = 0): unknown {
  budget.left -= perValue
  if (budget.left <= 0) return typeof value === 'number' ? 0 : '…'
  if (typeof value === 'string') return text(value, budget)
  if (typeof value === 'bigint') return text(String(value), budget)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean' || value === null) return value
  if (!isObject(value)) return undefined // functions, symbols and undefined, as JSON has it
  if (depth >= maxDepth) return '[deeper]'
  if (value instanceof Error) return members(errorFacts(value), budget, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) return list(value, budget, depth)
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) return leftOut
  return members(value, budget, depth)
}

/** The members of an object without a prototype, so that no name of theirs means anything. */
function members(given: object, budget: Budget, depth: number): Record<string, unknown> {
  const told = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (budget.left <= 0) break
    const value = member(given as Readonly<Record<string, unknown>>, name, budget, depth)
    if (value !== undefined) told[text(name, budget)] = value
  }
  return told
}

function member(given: Readonly<Record<string, unknown>>, name: string, budget: Budget, depth: number): unknown {
  try {
    const value = given[name]
    const isContent = content.has(name) && (typeof value === 'string' || isObject(value))
    return isContent ? leftOut : loggable(value, budget, depth + 1)
  } catch {
    return '[unreadable]'
  }
}

function list(given: readonly unknown[], budget: Budget, depth: number): readonly unknown[] {
  const told: unknown[] = []
  for (let index = 0; index < given.length && budget.left > 0; index++) {
    const value = member(given as unknown as Readonly<Record<string, unknown>>, String(index), budget, depth)
    told.push(value ?? null)
  }
  return told
}

/** Messages of this library's errors hold no content; of others nobody knows. */
function errorFacts(error: Error): object {
  const { name, cause } = error
  const { code } = error as { readonly code?: unknown }
  return {
    name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(isSyncError(error) ? { message: error.message } : {}),
    ...(cause instanceof Error ? { cause } : {}),
  }
}

function text(given: string, budget: Budget): string {
  const room = Math.max(0, Math.min(maxText, budget.left))
  budget.left -= Math.min(given.length, room)
  return given.length <= room ? given : `${given.slice(0, room)}…`
}
