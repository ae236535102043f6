import type { Container } from './container.ts'
import type { World } from './world.ts'

/** Of one invocation: when its first call began, and which targets made it wait themselves. */
interface Pace {
  readonly begunAt: number
  readonly own: Set<string>
}

const paces = new WeakMap<object, Pace>()

/**
 * P4: all targets are called at once, and one that answers at once never waits for another. Answers what has to be told
 * how the call ended: whether it succeeded.
 */
export function isolation(target: string, process: Container, { clock, trace }: World): (succeeded: boolean) => void {
  const begunAt = clock.monotonic()
  const invocation = process.invocation()
  const pace = paces.get(invocation) ?? { begunAt, own: new Set() }
  paces.set(invocation, pace)
  const waited = begunAt - pace.begunAt
  if (waited > 0 && !pace.own.has(target) && process.kind === 'sync')
    trace.violate('P4', `${target} was kept waiting ${String(waited)} ms by another target`)
  return (succeeded) => {
    if (!succeeded || clock.monotonic() > begunAt) pace.own.add(target)
  }
}
