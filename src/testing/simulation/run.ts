import type { ItemDefinition } from '../../core/item.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import type { SyncConfig } from '../../runtime/config.ts'
import type { BatchResponse, LambdaHandler } from '../../runtime/lambda.ts'
import { resolveSync, type Route } from '../../runtime/sync.ts'
import { mappingSettings } from '../mapping/settings.ts'
import { runnable, type EventSourceMapping } from '../mapping/runnable.ts'
import { apiSource } from '../mapping/stream-source.ts'
import { seededRandom } from './chance.ts'
import { worldClock } from './clock.ts'
import { container, InvocationFailed, type Container } from './container.ts'
import { faults } from './faults.ts'
import { differences, type Expectation } from './expect.ts'
import { journal } from './journal.ts'
import type { Act, Plan } from './plan.ts'
import { faultySink, faultyTable, faultyTarget } from './ports.ts'
import { modelQueue, type ModelMessage } from './queue.ts'
import { modelTable, type Row, type Write } from './source.ts'
import type { ModelStream } from './stream.ts'
import type { Ports, Subject } from './subject.ts'
import { trace } from './trace.ts'
import { Violation } from './violation.ts'
import { someMs, type World } from './world.ts'

/** One world's configuration and what is simulated in it. */
export interface Cast<Item> {
  readonly config: SyncConfig<Item>
  readonly subject: Subject<Item>
  /** The configuration's DLQ is no part of the run: it is used as it is. */
  readonly ownDlq?: boolean
  /** What the stream shows of a write. Default `NEW_AND_OLD_IMAGES`. */
  readonly view?: string
  /** Falsifies a row within a warehouse. Answers whether there was one. */
  readonly tamper?: (target: number, key: string) => boolean
  /** A row as the table holds it at its n-th write, where an attribute has to grow. Default: as drawn. */
  readonly stored?: (row: Item, write: number) => object
  /** A row that its schema refuses. Default: none is written. */
  readonly spoil?: (row: Row) => object | undefined
}

/** How a run ended. */
export interface RunResult {
  readonly violation: Violation | undefined
  readonly lines: readonly string[]
  readonly counts: ReadonlyMap<string, number>
}

/** Plays a plan to its end, lets the world come to rest, and judges it. */
export async function run<Item>(
  plan: Plan<Item>,
  createCast: (world: World, plan: Plan<Item>) => Cast<Item>,
): Promise<RunResult> {
  const random = seededRandom(plan.seed)
  const clock = worldClock(random)
  const log = journal(clock)
  const created: { world?: World } = {}
  const queue = modelQueue(clock, random, () => log.count('queue delivers twice'))
  const world: World = {
    clock,
    random,
    queue,
    faults: faults(plan),
    journal: log,
    trace: trace((record) => created.world?.table.writeOf(record)),
    table: undefined as never, // made below, of what the cast says
    epochs: {},
  }
  const cast = createCast(world, plan)
  const definition = resolveSync<Item>(cast.config).item
  const whole: World = Object.assign(world, {
    table: modelTable(definition, clock, cast.view ?? 'NEW_AND_OLD_IMAGES', random),
  })
  created.world = whole
  try {
    await clock.runUntil(play(plan, cast, definition, whole))
  } catch (error) {
    whole.trace.violate(error instanceof Violation ? error.promise : 'ends', messageOf(error))
  }
  return { violation: whole.trace.violation(), lines: log.lines(), counts: log.counts }
}

/** What a target that compares nothing cannot stand: it relies on one stream that never goes back. */
const againstOrder = ['reenable', 'failover', 'restore', 'merge', 'reconcile', 'tamper', 'outage']

async function play<Item>(
  plan: Plan<Item>,
  cast: Cast<Item>,
  definition: ItemDefinition<Item>,
  world: World,
): Promise<void> {
  const stage = newStage(plan, cast, definition, world)
  const isOrdered = resolveSync<Item>(cast.config).routes.some(({ guarded }) => !guarded)
  stage.follow(world.table.active())
  for (const { afterMs, act } of plan.steps) {
    await world.clock.sleep(afterMs)
    if (!(isOrdered && againstOrder.includes(act.kind))) await stage.perform(act)
    if (world.trace.violation()) return
  }
  await stage.rest()
  if (world.trace.violation()) return
  for (const { promise, what } of await differences(stage.expectation())) world.trace.violate(promise, what)
}

interface Stage<Item> {
  readonly follow: (stream: ModelStream) => void
  readonly perform: (act: Act) => Promise<void>
  /** Faults end, streams run dry, letters are redriven, and what was dropped is reconciled. */
  readonly rest: () => Promise<void>
  readonly expectation: () => Expectation<Item>
}

type StreamHandler = LambdaHandler<{ readonly Records: readonly StreamRecord[] }, unknown>

function newStage<Item>(
  plan: Plan<Item>,
  cast: Cast<Item>,
  definition: ItemDefinition<Item>,
  world: World,
): Stage<Item> {
  const { clock, journal, trace, table, queue, random } = world
  const { config, subject } = cast
  const sync = resolveSync<Item>(config)
  const isOrdered = sync.routes.some(({ guarded }) => !guarded)
  const mappings = new Map<ModelStream, EventSourceMapping>()
  const processes = new Map<string, { readonly process: Container; readonly handler: unknown }[]>()
  const background: Promise<void>[] = []
  const done = new Set<string>() // event ids
  const older: (readonly StreamRecord[])[] = []
  const followed = new Set<ModelStream>()
  let dropped = false
  let epoch = 0
  let containers = 0

  function portsOf(process: Container): Ports<Item> {
    const targets = Object.fromEntries(
      Object.entries(config.targets).map(([name, given], index) => {
        const route = given as Route<Item> | Route<Item>['target']
        const target = 'target' in route ? route.target : route
        const wrapped = faultyTarget(name, index, target, process, world)
        return [name, 'target' in route ? { ...route, target: wrapped } : wrapped]
      }),
    ) as SyncConfig<Item>['targets']
    return {
      config: {
        ...config,
        targets,
        ...(config.dlq && !cast.ownDlq ? { dlq: faultySink(process, world) } : {}),
        clock: process.clock,
        random,
        epochs: { ...config.epochs, ...world.epochs },
      },
      table: faultyTable(process, world),
    }
  }

  /** A process of this function that is free, or a new one. */
  function acquire<H>(kind: string, create: (ports: Ports<Item>) => H): { process: Container; handler: H } {
    const pool = processes.get(kind) ?? []
    processes.set(kind, pool)
    const free = pool.find(({ process }) => process.isAlive() && !process.isBusy())
    if (free) return free as { process: Container; handler: H }
    const process = container(`${kind}-${String(++containers)}`, world)
    const made = { process, handler: create(portsOf(process)) }
    pool.push(made)
    return made
  }
  function redeploy(): void {
    for (const pool of processes.values()) for (const { process } of pool) if (!process.isBusy()) process.kill()
    processes.clear()
  }

  const timeoutMs = plan.mapping.timeoutMs
  /** Then a record's deliveries follow from what the table holds when it is read. */
  const isHydrated = cast.view === 'KEYS_ONLY' || cast.view === 'OLD_IMAGE'

  async function invokeStream(records: readonly StreamRecord[], isReplay: boolean): Promise<unknown> {
    const fault = world.faults.ofFunction()
    if (fault === 'throttled') {
      journal.count('function throttled')
      await clock.sleep(someMs(world, 100, 5_000))
    }
    const { process, handler } = acquire<StreamHandler>('sync', subject.stream)
    const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')
    journal.note(
      process.name,
      `${isReplay ? 'replayed' : 'invoked'} with ${records.map((one) => nameOf(one)).join(', ')}`,
    )
    const answer = await process
      .invoke((context) => handler({ Records: records }, context), timeoutMs, fault)
      .catch((error: unknown) => {
        journal.note(process.name, `failed: ${messageOf(error)}`)
        throw error
      })
    const failed = (answer as BatchResponse | undefined)?.batchItemFailures.map((one) => one.itemIdentifier) ?? []
    if (failed.length > 0) journal.note(process.name, `reports ${failed.map((one) => one.slice(-4)).join(', ')}`)
    for (const one of failed) if (!numbers.includes(one)) trace.violate('P9', `${one} is no identifier of the batch`)
    if (fault === 'responseLost') {
      journal.count('response lost')
      journal.note(process.name, 'its answer is lost')
      throw new InvocationFailed('The answer was lost.')
    }
    if (!isReplay) {
      const lowest = Math.min(numbers.length, ...failed.map((one) => numbers.indexOf(one)))
      records.slice(0, lowest).forEach(finish)
      older.push(records)
      if (fault === 'replayed' && !isOrdered) background.push(replay())
    }
    return answer
  }

  /** A poller that was thought dead delivers the end of an older batch once more. */
  async function replay(): Promise<void> {
    await clock.sleep(someMs(world, 0, 4_000))
    const batch = older[Math.floor(random() * older.length)] ?? []
    journal.count('older batch replayed')
    await invokeStream(batch.slice(Math.floor(random() * batch.length)), true).catch(() => undefined)
  }

  /** P1: whatever Lambda will not deliver again has reached its targets, or the DLQ. */
  function finish(record: StreamRecord): void {
    const write = table.writeOf(record)
    if (!write || done.has(record.eventID ?? '')) return
    done.add(record.eventID ?? '')
    if (isExempt(write) || isHydrated) return
    const rank = { epoch: world.epochs[record.eventSourceARN ?? ''] ?? 0, index: write.index }
    const now = itemOf(write.row)
    if (write.row && now === undefined) {
      if (!trace.hasPoison(record)) trace.violate('P1', `${nameOf(record)} cannot be read, is done, and was not parked`)
      return
    }
    const before = itemOf(write.before)
    for (const { name, accepts } of sync.routes) {
      const concerned = [now, before].some((item) => item !== undefined && (accepts?.(item) ?? true))
      if (concerned && !trace.accountsFor(name, write.key, rank))
        trace.violate('P1', `${nameOf(record)} is done, but ${name} has neither it nor a newer state, nor has the DLQ`)
    }
  }

  function isExempt({ row, before, expired }: Write): boolean {
    if (expired && sync.ttl === 'ignore') return true
    const { fields } = sync.item
    return row !== undefined && before !== undefined && fields !== undefined
  }

  function itemOf(row: Row | undefined): Item | undefined {
    if (!row) return undefined
    const answer = sync.item.schema['~standard'].validate(row)
    return answer instanceof Promise || answer.issues ? undefined : answer.value
  }

  function follow(stream: ModelStream): void {
    followed.add(stream)
    world.epochs = { ...world.epochs, [stream.arn]: epoch }
    redeploy()
    const settings = mappingSettings({
      ...plan.mapping,
      records: [],
      retryDelayMs: 100,
      timeoutMs: 900_000, // processes are killed here, not there
      clock,
      random,
      handler: (event) => invokeStream(event.Records, false),
      onFailure: (pointer) => giveUp(stream, pointer.DDBStreamBatchInfo),
    })
    const source = apiSource({ streamArn: stream.arn, pollingIntervalMs: 500 }, settings, () => stream.api)
    const mapping = mappings.get(stream) ?? runnable(source, settings)
    mappings.set(stream, mapping)
    void mapping.run().catch((error: unknown) => trace.violate('ends', `the mapping failed: ${messageOf(error)}`))
  }

  function giveUp(
    stream: ModelStream,
    batch: { shardId: string; startSequenceNumber: string; endSequenceNumber: string },
  ): void {
    dropped = true
    journal.count('records given up by the mapping')
    journal.note('mapping', `gives up ${batch.startSequenceNumber.slice(-4)} to ${batch.endSequenceNumber.slice(-4)}`)
    for (const record of stream.recordsOf(batch.shardId, batch.startSequenceNumber, batch.endSequenceNumber))
      done.add(record.eventID ?? '')
  }

  async function redrive(count: number, mode: 'current' | 'original'): Promise<number> {
    const messages = queue.receive(count)
    if (messages.length === 0) return 0
    const { process, handler } = acquire<ReturnType<Subject<Item>['queue']>>(`redrive-${mode}`, (ports) =>
      subject.queue(ports, mode),
    )
    journal.count(`redrive ${mode}`)
    journal.note(process.name, `redrives ${messages.map(({ messageId }) => messageId).join(', ')}`)
    const Records = messages.map(({ messageId, body }) => ({ messageId, body }))
    const answer = await process
      .invoke((context) => handler({ Records }, context), timeoutMs, world.faults.ofFunction())
      .catch(() => undefined)
    if (!answer) return 0
    const stay = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    if (stay.size > 0) journal.note(process.name, `leaves ${[...stay].join(', ')}`)
    const gone = messages.filter(({ messageId }) => !stay.has(messageId))
    for (const message of gone) settleLetter(message)
    return gone.length
  }

  function settleLetter({ messageId, body }: ModelMessage): void {
    queue.remove(messageId)
    const letter = JSON.parse(body) as {
      type: string
      target: string
      key: string
      version: string
      record: StreamRecord
    }
    const write = table.writeOf(letter.record)
    if (letter.type !== 'delivery' || !write) return
    const rank = { epoch: Number(letter.version.slice(0, 6)), index: write.index }
    if (!trace.reached(letter.target, letter.key, rank))
      trace.violate('P1', `letter ${messageId} left the queue, but ${letter.target} has not what it was about`)
  }

  async function reconcileOnce(): Promise<void> {
    const process = container(`reconcile-${String(++containers)}`, world)
    const ports = portsOf(process)
    const snapshots = Object.fromEntries(
      sync.routes.flatMap(({ name, target }) => (target.snapshot ? [[name, target.snapshot()]] : [])),
    )
    const begun = clock.now()
    journal.count('reconcile')
    journal.note(process.name, 'begins')
    await process
      .invoke(
        () =>
          subject.reconcile(ports, {
            snapshots,
            lagMs: () => Promise.resolve(lagMs()),
            pending: (keys) => Promise.resolve(parkedKeys(new Set(keys.map(({ key }) => key)))),
            onDrift: (target, key) => {
              journal.note(process.name, `finds drift of ${key} at ${target}`)
              if (isInFlight(key, begun))
                trace.violate('P11', `${key} at ${target} was in flight, and reported as drift`)
            },
            orphans: sync.ttl === 'ignore' ? 'report' : 'remove',
          }),
        900_000,
        world.faults.ofFunction(),
      )
      .catch((error: unknown) => journal.note(process.name, `failed: ${messageOf(error)}`))
  }

  function undelivered(): readonly { readonly record: StreamRecord; readonly at: number }[] {
    return table.streams
      .filter((stream) => followed.has(stream))
      .flatMap((stream) => stream.kept().filter(({ record }) => !done.has(record.eventID ?? '')))
  }
  function lagMs(): number {
    return Math.max(0, ...undelivered().map(({ at }) => clock.now() - at))
  }
  function parkedKeys(keys: ReadonlySet<string>): readonly string[] {
    return queue.letters().flatMap((letter) => {
      const key = letter.type === 'delivery' ? letter.key : table.writeOf(letter.record as StreamRecord)?.key
      return key !== undefined && keys.has(key) ? [key] : []
    })
  }
  /** A row that changed and changed back while reconcile waited looks unchanged to it: what was written since is left out. */
  function isInFlight(key: string, since: number): boolean {
    const isOld = ({ record, at }: { readonly record: StreamRecord; readonly at: number }): boolean =>
      at < since && table.writeOf(record)?.key === key
    return parkedKeys(new Set([key])).length > 0 || undelivered().some(isOld)
  }

  async function leaveAll(): Promise<void> {
    const left = [...followed]
    followed.clear()
    await Promise.all(left.map((stream) => mappings.get(stream)?.stop() ?? Promise.resolve()))
  }

  async function perform(act: Act): Promise<void> {
    const keys = table.keys()
    const keyOfAct = 'key' in act ? keys[act.key % Math.max(1, keys.length)] : undefined
    const row = keyOfAct === undefined ? undefined : table.rows().get(keyOfAct)
    switch (act.kind) {
      case 'write': {
        const drawn = plan.rows[act.row % Math.max(1, plan.rows.length)]
        if (drawn === undefined) return
        const stored = cast.stored?.(drawn, table.writes.length) ?? drawn
        journal.note('writer', `writes ${JSON.stringify(stored)}`)
        table.put(stored as Row)
        return
      }
      case 'remove':
      case 'expire':
        if (keyOfAct === undefined || !row) return
        journal.count(act.kind === 'expire' ? 'time to live' : 'removal')
        journal.note('writer', `${act.kind}s ${keyOfAct}`)
        {
          table.remove(keyOfAct, act.kind === 'expire')
          return
        }
      case 'rewrite':
        if (!row) return
        journal.count('write without effect')
        {
          table.put({ ...row })
          return
        }
      case 'spoil': {
        const spoilt = row && cast.spoil?.(row)
        if (!spoilt) return
        journal.count('invalid item')
        journal.note('writer', `writes ${JSON.stringify(spoilt)}`)
        table.put(spoilt as Row)
        return
      }
      case 'split':
      case 'roll':
      case 'merge':
        if (table.active()[act.kind](act.shard)) journal.count(`shard ${act.kind}`)
        return
      case 'stall':
        journal.count('shard throttled')
        {
          table.active().stall(act.shard, someMs(world, 500, 5_000))
          return
        }
      case 'reenable': {
        journal.count('stream re-enabled')
        const stream = table.reenable()
        journal.note('table', `has another stream, ${stream.arn.slice(-30)}`)
        if (act.gap && row === undefined && keys[0] !== undefined) {
          const [first] = table.rows().keys()
          if (first !== undefined) {
            table.removeUnseen(first)
            dropped = true
            journal.note('writer', `removes ${first} while no stream is on`)
          }
        }
        follow(stream)
        return
      }
      case 'failover': {
        journal.count('fail-over')
        const left = undelivered().length
        const stopping = leaveAll()
        const stream = table.failOver()
        epoch++
        // A stream that was read before goes on at its checkpoint: what the other one had begun to repeat stays half done.
        if (mappings.has(stream) && left > 0) dropped = true
        journal.note('table', `fails over to ${stream.arn.slice(17, 30)}`)
        await stopping
        follow(stream)
        return
      }
      case 'restore': {
        journal.count('restore')
        await leaveAll()
        const stream = table.restore(act.back)
        epoch++
        dropped = true
        journal.note('table', `is restored to what it was ${String(act.back)} writes ago`)
        follow(stream)
        return
      }
      case 'outage': {
        journal.count(`outage of ${String(act.hours)} h`)
        journal.note('functions', `are not invoked for ${String(act.hours)} h`)
        const left = [...followed]
        const before = undelivered().length
        await leaveAll()
        await clock.sleep(act.hours * 3_600_000)
        for (const stream of left) follow(stream)
        if (undelivered().length < before) dropped = true
        return
      }
      case 'redrive':
        background.push(redrive(act.letters, act.mode).then(() => undefined))
        return
      case 'reconcile':
        background.push(reconcileOnce())
        return
      case 'tamper': {
        if (keyOfAct === undefined || cast.tamper?.(act.target, keyOfAct) !== true) return
        dropped = true // only a reconcile can tell
        journal.count('tampered with')
        journal.note('warehouse', `${String(act.target)} has another quantity of ${keyOfAct}`)
        return
      }
    }
  }

  async function dry(): Promise<void> {
    for (let turn = 0, last = -1; turn < 240; turn++) {
      const left = undelivered().length
      if (left === 0) return
      if (left !== last) turn = 0
      last = left
      await clock.sleep(2_500)
    }
    throw new Violation('P3', `the stream does not run dry: ${String(undelivered().length)} records stay undelivered`)
  }

  async function redriveAll(): Promise<void> {
    for (let idle = 0; idle < 6 && !queue.isEmpty();) {
      idle = (await redrive(10, 'current')) > 0 ? 0 : idle + 1
      await clock.sleep(31_000) // until hidden messages show, and breakers try again
    }
  }

  async function rest(): Promise<void> {
    journal.note('world', 'comes to rest: faults and writes end')
    world.faults.calm()
    for (let ended = 0; ended < background.length; ended++) await background[ended]
    await dry()
    await clock.sleep(30_000) // what was sent late arrives
    await redriveAll()
    await dry()
    if (dropped) await reconcileOnce()
    await leaveAll()
  }

  return {
    follow,
    perform,
    rest,
    expectation: () => ({ table, sync, dropped, itemOf }),
  }

  function nameOf(record: StreamRecord): string {
    const write = table.writeOf(record)
    if (!write) return record.eventID ?? 'a record'
    return `write ${String(write.index)} of ${write.key} (${record.eventName ?? ''})`
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
