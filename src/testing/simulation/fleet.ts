import type { SyncConfig } from '../../runtime/config.ts'
import type { InvocationContext } from '../../runtime/lambda.ts'
import type { Route } from '../../runtime/sync.ts'
import type { Played } from './cast.ts'
import { container, type Container } from './container.ts'
import { faultyTable } from './faulty-table.ts'
import { faultyTarget } from './faulty-target.ts'
import type { FunctionFault } from './plan.ts'
import type { Ports } from './subject.ts'
import type { World } from './world.ts'

/** A process with what it runs. */
export interface Running<H> {
  readonly name: string
  readonly handler: H
  /** Calls it as Lambda does. Rejects where it dies, or does not answer in time. */
  readonly invoke: <T>(work: (context: InvocationContext) => Promise<T>, fault: FunctionFault) => Promise<T>
}

/** The functions' processes: one invocation in each at a time. */
export interface Fleet<Item> {
  /** One of this function that is free, or a new one. */
  readonly acquire: <H>(kind: string, create: (ports: Ports<Item>) => H) => Running<H>
  /** One that is used once, and may take this long. */
  readonly alone: (kind: string, timeoutMs: number) => Running<Ports<Item>>
  /** The functions have another configuration: what comes next runs in new processes. */
  readonly redeploy: () => void
}

export function fleet<Item>(cast: Played<Item>, world: World, timeoutMs: number): Fleet<Item> {
  const pools = new Map<string, { readonly process: Container; readonly running: unknown }[]>()
  let made = 0

  function start(kind: string): Container {
    return container(`${kind}-${String(++made)}`, kind, world)
  }
  function runningOf<H>(process: Container, handler: H, most: number): Running<H> {
    return { name: process.name, handler, invoke: (work, fault) => process.invoke(work, most, fault) }
  }
  /** A handler that cannot be made is nobody's fault but the configuration's. */
  function deployed<H>(create: () => H): H {
    try {
      return create()
    } catch (error) {
      world.refused ??= { error }
      throw error
    }
  }
  return {
    acquire<H>(kind: string, create: (ports: Ports<Item>) => H) {
      const pool = pools.get(kind) ?? []
      pools.set(kind, pool)
      const free = pool.find(({ process }) => process.isAlive() && !process.isBusy())
      if (free) return free.running as Running<H> // of one kind, one handler
      const process = start(kind)
      const running = runningOf(
        process,
        deployed(() => create(portsOf(process, cast, world))),
        timeoutMs,
      )
      pool.push({ process, running })
      return running
    },
    alone(kind, most) {
      const process = start(kind)
      return runningOf(process, portsOf(process, cast, world), most)
    },
    redeploy() {
      for (const pool of pools.values()) for (const { process } of pool) if (!process.isBusy()) process.kill()
      pools.clear()
    },
  }
}

/** The configuration as one process has it: whatever it calls may be its last call. */
function portsOf<Item>(process: Container, { config }: Played<Item>, world: World): Ports<Item> {
  const sinkOf = (sink: SyncConfig<Item>['dlq']): object =>
    sink ? { dlq: { send: (...given: Parameters<typeof sink.send>) => process.call(() => sink.send(...given)) } } : {}
  const targets = Object.entries(config.targets).map(([name, given], index) => {
    const route = given as Route<Item> | Route<Item>['target'] // either form of a target
    if (!('target' in route)) return [name, faultyTarget(name, index, route, process, world)]
    return [name, { ...route, ...sinkOf(route.dlq), target: faultyTarget(name, index, route.target, process, world) }]
  })
  return {
    config: {
      ...config,
      ...sinkOf(config.dlq),
      targets: Object.fromEntries(targets) as SyncConfig<Item>['targets'], // the same names
      clock: process.clock,
      random: world.random,
      epochs: { ...config.epochs, ...world.epochs },
    },
    table: faultyTable(process, world),
  }
}
