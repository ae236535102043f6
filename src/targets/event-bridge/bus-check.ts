import { untilAborted } from '../../core/until-aborted.ts'
import { TargetUnavailableError } from '../../errors.ts'
import { remedyFor } from './answers.ts'
import { errorName } from '../../aws/error-name.ts'
import type { EventBridgeSettings } from './settings.ts'

/** A bus that was there is looked for again after this long. */
const trustedForMs = 300_000

/**
 * Makes what looks whether the bus is there: EventBridge may accept events for one that is not, and drop them. Answers an
 * error where it is missing or was never seen; a bus that was seen is trusted while looking again fails.
 * https://github.com/aws/aws-sdk/issues/186
 */
export function busCheck({
  eventBusName,
  call,
  checkBus,
  clock,
}: EventBridgeSettings<never>): (signal: AbortSignal) => Promise<Error | undefined> {
  let seenAt = -Infinity
  let looking: Promise<Error | undefined> | undefined

  async function look(signal: AbortSignal): Promise<Error | undefined> {
    try {
      await call('DescribeEventBus', { Name: eventBusName }, signal)
    } catch (error) {
      const name = errorName(error)
      if (name === 'ResourceNotFoundException') {
        seenAt = -Infinity
        return missing(eventBusName)
      }
      if (seenAt === -Infinity) return signal.aborted ? timeUp() : unseen(name)
    }
    seenAt = clock.monotonic()
    return undefined
  }

  /** Calls at the same time look once. One whose time is up leaves the next one to look anew. */
  function lookOnce(signal: AbortSignal): Promise<Error | undefined> {
    if (looking) return looking
    const current = look(signal).finally(forget)
    signal.addEventListener('abort', forget, { once: true })
    function forget(): void {
      signal.removeEventListener('abort', forget)
      if (looking === current) looking = undefined
    }
    return (looking = current)
  }

  return async (signal) => {
    if (!checkBus || isDefault(eventBusName) || clock.monotonic() - seenAt < trustedForMs) return undefined
    const answer = await untilAborted(signal, lookOnce(signal)) // whoever looks has a signal of its own
    return signal.aborted ? timeUp() : answer
  }
}

/** Every account has it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html */
function isDefault(eventBusName: string): boolean {
  return eventBusName === 'default' || eventBusName.endsWith(':event-bus/default')
}

function timeUp(): Error {
  return new TargetUnavailableError('The time was up before EventBridge had answered.')
}

function missing(eventBusName: string): Error {
  return new TargetUnavailableError(
    `There is no event bus "${eventBusName}" in this account and region: EventBridge may take the events and drop them. ` +
      'Create it, or set eventBusName.',
  )
}

function unseen(name: string): Error {
  const remedy = name.startsWith('AccessDenied')
    ? 'Allow events:DescribeEventBus on the bus, or set checkBus: false where you know that the bus is there.'
    : remedyFor(name)
  return new TargetUnavailableError(`EventBridge did not tell whether the event bus is there (${name}). ${remedy}`)
}
