import { TargetUnavailableError } from '../../errors.ts'
import type { CallContext } from '../../ports/target.ts'

/** A call that hangs until its caller gives up. */
export async function hanging({ signal }: CallContext): Promise<never> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  throw new TargetUnavailableError('Its caller gave up.')
}
