import type { Change } from '../../core/change.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import type { ApplyResult, CallContext, WarehouseTarget } from '../../ports/target.ts'
import { never, type Container } from './container.ts'
import { hanging } from './hanging.ts'
import { isolation } from './isolation.ts'
import { someMs, type World } from './world.ts'

type Answer = ApplyResult | Error

/** A target as one process sees it: with the faults of the run, and every call on record. */
export function faultyTarget<Item>(
  name: string,
  index: number,
  target: WarehouseTarget<Item>,
  process: Container,
  world: World,
): WarehouseTarget<Item> {
  const { apply, applyBatch, read, snapshot, guarded } = target
  const wrapped = {
    guarded,
    ...(read ? { read: (...given: Parameters<typeof read>) => process.call(() => read.apply(target, given)) } : {}),
    ...(snapshot ? { snapshot: () => snapshot.call(target) } : {}),
  }
  const calling = (changes: readonly Change<Item>[], context: CallContext, send: Send) =>
    process.call(() => faultyCall({ name, index, guarded: guarded === true, changes, context, send, process }, world))
  if (apply)
    return {
      ...wrapped,
      apply: async (change, context) => {
        const [answer] = await calling([change], context, async (with_) => [await apply.call(target, change, with_)])
        if (answer instanceof Error) throw answer
        return answer as ApplyResult // garbage, where the run wants it
      },
    }
  return {
    ...wrapped,
    ...(target.batchSize === undefined ? {} : { batchSize: target.batchSize }),
    applyBatch: (changes, context) => calling(changes, context, (with_) => applyBatch.call(target, changes, with_)),
  }
}

type Send = (context: CallContext) => Promise<readonly Answer[]>

interface Call<Item> {
  readonly name: string
  readonly index: number
  readonly guarded: boolean
  readonly changes: readonly Change<Item>[]
  readonly context: CallContext
  readonly send: Send
  readonly process: Container
}

const downUntil = new WeakMap<World, Map<string, number>>()

/** One call of a target, as the run wants it to go. */
async function faultyCall<Item>(call: Call<Item>, world: World): Promise<readonly Answer[]> {
  const { name, changes, context, process, guarded } = call
  const { journal, trace, clock } = world
  const what = changes
    .map(({ type, key, version, id }) => `${type} ${key} ${tail(version)}${tail(id, version)}`)
    .join(', ')
  const ended = trace.began(process.invocation(), name, changes)
  const paced = isolation(name, process, world)
  const down = downUntil.get(world) ?? new Map<string, number>()
  downUntil.set(world, down)
  const planned = world.faults.ofCall(call.index)
  const fault = (planned === 'late' || planned === 'twice') && !guarded ? 'unavailable' : planned
  const isDown = (down.get(name) ?? 0) > clock.monotonic()
  process.unanswered.add(context)
  context.signal.addEventListener('abort', ended, { once: true }) // given up: another try may begin
  context.signal.addEventListener('abort', () => paced(false), { once: true })
  try {
    if (isDown) throw new TargetUnavailableError('It is down.')
    if (fault !== 'none') journal.count(`target ${fault}`)
    const answers = await perform(fault, call, world, down)
    paced(answers.every((answer) => typeof answer === 'string'))
    journal.note(
      process.name,
      `${name}: ${what} → ${answers.map((one) => nameOf(one)).join(', ')}${fault === 'none' ? '' : ` (${fault})`}`,
    )
    return answers
  } catch (error) {
    paced(false)
    journal.note(process.name, `${name}: ${what} → ${nameOf(error)} (${isDown ? 'down' : fault})`)
    throw error
  } finally {
    process.unanswered.delete(context)
    ended()
  }
}

async function perform<Item>(
  fault: ReturnType<World['faults']['ofCall']>,
  call: Call<Item>,
  world: World,
  down: Map<string, number>,
): Promise<readonly Answer[]> {
  const { context, guarded, name } = call
  const { clock } = world
  const act = async (with_: CallContext): Promise<readonly Answer[]> => {
    const answers = await call.send(with_)
    call.changes.forEach((change, at) => world.trace.took(name, guarded, change, answers[at]))
    return answers
  }
  /** Reaches the warehouse whether or not its caller still waits. */
  const actLater = (ms: number): void => {
    const alone = new AbortController()
    void clock
      .sleep(ms)
      .then(() => act({ target: name, attempt: 1, timeoutMs: 60_000, signal: alone.signal }))
      .then(
        () => world.journal.note('network', `${name}: what was sent earlier arrives`),
        () => undefined,
      )
  }
  switch (fault) {
    case 'none':
      return act(context)
    case 'unavailable':
      throw new TargetUnavailableError('It is unavailable, as the run wants.')
    case 'rejected':
      if (!guarded) throw new TargetUnavailableError('It is unavailable, as the run wants.')
      throw new TargetRejectedError('It rejects, as the run wants.')
    case 'throttled':
      throw new TargetUnavailableError('It wants a rest.', { retryAfterMs: someMs(world, 20, 3_000) })
    case 'hang':
      return hanging(context)
    case 'deaf':
      return never()
    case 'answerLost':
      await act(context)
      throw new TargetUnavailableError('Its answer was lost.')
    case 'late':
      actLater(someMs(world, 100, 20_000))
      return hanging(context)
    case 'twice':
      actLater(someMs(world, 0, 5_000))
      return act(context)
    case 'slow':
      await clock.sleep(someMs(world, 10, 3_000), guarded ? undefined : context.signal)
      if (!guarded && (context.signal.aborted || !call.process.isAlive()))
        throw new TargetUnavailableError('Nobody waits any more.')
      return act(
        guarded ? { target: name, attempt: 1, timeoutMs: 60_000, signal: new AbortController().signal } : context,
      )
    case 'garbage':
      if (world.random() < 0.5) await act(context)
      return [undefined as unknown as ApplyResult, 'ok' as ApplyResult] // no answer of a target's
    case 'restart': {
      down.set(name, clock.monotonic() + someMs(world, 200, 4_000))
      const keeps = world.random() < 0.5
      world.journal.count(`restart that ${keeps ? 'keeps' : 'loses'} the last write`)
      if (keeps) await act(context)
      throw new TargetUnavailableError(`It restarted, and ${keeps ? 'kept' : 'lost'} what it had not answered.`)
    }
  }
}

function nameOf(answer: unknown): string {
  if (typeof answer === 'string') return answer
  return answer instanceof Error ? ((answer as { readonly code?: string }).code ?? answer.name) : typeof answer
}

/** The end of a version, or of an id beyond its version, which is where they differ. */
function tail(text: string, beyond = ''): string {
  if (beyond === '') return text.replace(/\/0*(?=\d)/g, '/').slice(-30)
  const at = text.indexOf(beyond)
  const rest = at < 0 ? '' : text.slice(at + beyond.length)
  return rest === '' ? '' : ` again ${rest.slice(1, 9)}`
}
