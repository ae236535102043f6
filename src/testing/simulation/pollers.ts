import type { StreamRecord } from '../../core/stream-record.ts'
import type { BatchResponse } from '../../runtime/lambda.ts'
import type { OnFailurePointer } from '../mapping/on-failure.ts'
import { runnable, type EventSourceMapping } from '../mapping/runnable.ts'
import { mappingSettings } from '../mapping/settings.ts'
import { apiSource } from '../mapping/stream-source.ts'
import type { Played } from './cast.ts'
import type { Checkpoint } from './checkpoint.ts'
import { InvocationFailed } from './container.ts'
import type { Fleet } from './fleet.ts'
import type { Plan } from './plan.ts'
import type { KeptRecord, ModelStream } from './stream.ts'
import { messageOf, nameOf, someMs, type World } from './world.ts'

/** What delivers the streams to the sync's function. */
export interface Pollers {
  /** Goes on where this stream was left, or begins it. Functions are deployed anew, with its epoch. */
  readonly follow: (stream: ModelStream) => void
  /** Whether the stream was followed before. */
  readonly knows: (stream: ModelStream) => boolean
  readonly followed: () => readonly ModelStream[]
  /** Stops, and waits for what is under way. */
  readonly leaveAll: () => Promise<void>
  /** Of the streams that are followed: still there, and not done. */
  readonly undelivered: (streams?: readonly ModelStream[]) => readonly KeptRecord[]
  /** Raised by fail-over, fail-back and restore. */
  readonly raiseEpoch: () => void
}

export interface PollersOptions<Item> {
  readonly world: World
  readonly processes: Fleet<Item>
  readonly checkpoints: Checkpoint
  readonly inBackground: (work: Promise<unknown>) => void
}

export function pollers<Item>(
  { mapping: planned }: Plan<Item>,
  { subject, isOrdered }: Played<Item>,
  { world, processes, checkpoints, inBackground }: PollersOptions<Item>,
): Pollers {
  const { clock, journal, trace, random } = world
  const mappings = new Map<ModelStream, EventSourceMapping>()
  const followed = new Set<ModelStream>()
  const older: (readonly StreamRecord[])[] = []
  const broken = new Map<string, number>() // batches that failed as a whole: how many records, by the first
  let epoch = 0

  async function invoke(records: readonly StreamRecord[], isReplay: boolean): Promise<unknown> {
    const fault = world.faults.ofFunction()
    if (fault === 'throttled') {
      journal.count('function throttled')
      await clock.sleep(someMs(world, 100, 5_000))
    }
    const { name, handler, invoke: call } = processes.acquire('sync', subject.stream)
    journal.note(
      name,
      `${isReplay ? 'replayed' : 'invoked'} with ${records.map((one) => nameOf(world, one)).join(', ')}`,
    )
    trace.delivered(records)
    const first = records[0]?.dynamodb?.SequenceNumber ?? ''
    if (records.length < (broken.get(first) ?? 0)) journal.count('batch halved')
    const answer = await call((context) => handler({ Records: records }, context), fault).catch((error: unknown) => {
      journal.note(name, `failed: ${messageOf(error)}`)
      if (planned.bisectBatchOnFunctionError && !isReplay) broken.set(first, records.length)
      if (!(error instanceof InvocationFailed) && subject.throws !== true)
        trace.violate('P10', `${name} threw instead of an answer: ${messageOf(error)}`)
      throw error
    })
    const done = recordsDone(records, answer, name)
    if (fault === 'responseLost') {
      journal.count('response lost')
      journal.note(name, 'its answer is lost')
      throw new InvocationFailed('The answer was lost.')
    }
    if (isReplay) return answer
    done.forEach(checkpoints.finish)
    older.push(records)
    if (fault === 'replayed' && !isOrdered) inBackground(replay())
    return answer
  }

  /** Those before the first that is reported. */
  function recordsDone(records: readonly StreamRecord[], answer: unknown, name: string): readonly StreamRecord[] {
    const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')
    const failed = (answer as BatchResponse | undefined)?.batchItemFailures.map((one) => one.itemIdentifier) ?? []
    if (failed.length > 0) journal.note(name, `reports ${failed.map((one) => one.slice(-4)).join(', ')}`)
    for (const one of failed) if (!numbers.includes(one)) trace.violate('P9', `${one} is no identifier of the batch`)
    return records.slice(0, Math.min(numbers.length, ...failed.map((one) => numbers.indexOf(one))))
  }

  /** A poller that was thought dead delivers the end of an older batch once more. */
  async function replay(): Promise<void> {
    await clock.sleep(someMs(world, 0, 4_000))
    const batch = older[Math.floor(random() * older.length)] ?? []
    journal.count('older batch replayed')
    await invoke(batch.slice(Math.floor(random() * batch.length)), true).catch(() => undefined)
  }

  function giveUp(stream: ModelStream, { DDBStreamBatchInfo: batch, requestContext }: OnFailurePointer): void {
    const { shardId, startSequenceNumber: first, endSequenceNumber: last } = batch
    journal.count(`given up by the mapping, ${requestContext.condition}`)
    journal.note('mapping', `gives up ${first.slice(-4)} to ${last.slice(-4)}`)
    stream.recordsOf(shardId, first, last).forEach(checkpoints.drop)
  }

  function mappingOf(stream: ModelStream): EventSourceMapping {
    const settings = mappingSettings({
      ...planned,
      records: [],
      retryDelayMs: 100,
      timeoutMs: 900_000, // processes are killed here, not there
      clock,
      random,
      handler: (event) => invoke(event.Records, false),
      onFailure: (pointer) => giveUp(stream, pointer),
    })
    const source = apiSource({ streamArn: stream.arn, pollingIntervalMs: 500 }, settings, () => stream.api)
    return runnable(source, settings)
  }

  return {
    follow(stream) {
      followed.add(stream)
      world.epochs = { ...world.epochs, [stream.arn]: epoch }
      processes.redeploy()
      const mapping = mappings.get(stream) ?? mappingOf(stream)
      mappings.set(stream, mapping)
      void mapping.run().catch((error: unknown) => trace.violate('ends', `the mapping failed: ${messageOf(error)}`))
    },
    knows: (stream) => mappings.has(stream),
    followed: () => [...followed],
    async leaveAll() {
      const left = [...followed]
      followed.clear()
      await Promise.all(left.map((stream) => mappings.get(stream)?.stop() ?? Promise.resolve()))
    },
    undelivered: (streams = [...followed]) =>
      streams.flatMap((stream) => stream.kept().filter(({ record }) => !checkpoints.isDone(record))),
    raiseEpoch() {
      epoch++
    },
  }
}
