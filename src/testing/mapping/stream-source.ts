import { changeSignal } from './change-signal.ts'
import type { StreamSource } from './options.ts'
import { isAborted, pause } from './pause.ts'
import { withDefaults, type MappingSettings } from './settings.ts'
import { discover, readyShards, type ShardList, type TrackedShard } from './shard-list.ts'
import { setEnded, workShard } from './shard.ts'
import { readShard } from './shard-reader.ts'
import { streamsApi, type StreamsApi } from './streams-api.ts'
import { taskGroup } from './together.ts'

interface StreamSettings {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST'
  readonly drain: boolean
  readonly pollingIntervalMs: number
}

/** One run over a stream. */
interface StreamRun extends StreamSettings {
  readonly streamArn: string
  readonly settings: MappingSettings
  readonly list: ShardList
  readonly api: StreamsApi
  readonly stop: AbortController
}

const defaults: StreamSettings = { startingPosition: 'TRIM_HORIZON', drain: false, pollingIntervalMs: 250 }
const discoveryIntervalMs = 10_000

/** How a stream is polled, whoever serves it. */
export type StreamPolling = Pick<StreamSource, 'startingPosition' | 'drain' | 'pollingIntervalMs'> & {
  readonly streamArn: string
}

/** Polls a stream of a server. */
export function streamSource(
  source: StreamSource,
  settings: MappingSettings,
): (stop: AbortController) => Promise<void> {
  const polling = { ...source, streamArn: source.stream.streamArn }
  return apiSource(polling, settings, (signal) => streamsApi(source.stream, settings.clock, signal))
}

/** Polls a stream: all of its shards, parents first. Answers what runs it until it is drained or stopped. */
export function apiSource(
  polling: StreamPolling,
  settings: MappingSettings,
  connect: (signal: AbortSignal) => Promise<StreamsApi> | StreamsApi,
): (stop: AbortController) => Promise<void> {
  const list: ShardList = { shards: new Map(), partitionKey: settings.partitionKey }
  const chosen = withDefaults(polling, defaults)
  const { streamArn } = polling
  return async (stop) => {
    const api = await connect(stop.signal)
    const run = { ...chosen, streamArn, settings, list, api, stop }
    await look(run)
    await runShards(run)
  }
}

/** Starts each shard once per run, as soon as it may begin. */
async function runShards(run: StreamRun): Promise<void> {
  const { stop, drain, list } = run
  const changes = changeSignal(stop.signal)
  const tasks = taskGroup(stop)
  const started = new Set<TrackedShard>()
  let running = 0
  if (!drain) tasks.add(keepLooking(run, changes.notify))
  while (!isAborted(stop.signal)) {
    for (const shard of readyShards(list).filter((ready) => !started.has(ready))) {
      started.add(shard)
      running++
      const ended = () => {
        running--
        changes.notify()
      }
      tasks.add(runShard(run, shard).finally(ended))
    }
    if (drain && running === 0) break
    await changes.next()
  }
  await tasks.ended()
}

/** Reads and delivers at once. A shard that ended may have left children behind: look for them. */
async function runShard(run: StreamRun, { state, position }: TrackedShard): Promise<void> {
  const { api, drain, list, pollingIntervalMs, settings, stop, streamArn } = run
  const progress = changeSignal(stop.signal)
  setEnded(state, state.closed)
  const tasks = taskGroup(stop)
  tasks.add(workShard(state, settings, stop, progress.notify))
  if (!state.closed)
    tasks.add(
      readShard({
        ...{ api, drain, pollingIntervalMs, position, settings, streamArn },
        partitionKey: list.partitionKey,
        progress: progress.next,
        shard: state,
        signal: stop.signal,
      }),
    )
  await tasks.ended()
  if (state.closed) await look(run)
}

async function keepLooking(run: StreamRun, onLook: () => void): Promise<void> {
  const { signal } = run.stop
  while (!isAborted(signal)) {
    await pause(run.settings.clock, discoveryIntervalMs, signal)
    await look(run)
    onLook()
  }
}

async function look({ list, api, startingPosition, settings, stop }: StreamRun): Promise<void> {
  if (!isAborted(stop.signal)) await discover(list, api, startingPosition, settings, stop.signal)
}
