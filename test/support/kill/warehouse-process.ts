import { startWmsServer } from '../wms-server.ts'
import { task, tell } from './child.ts'
import { loggedStore } from './write-log.ts'

/** A warehouse over HTTP that keeps its rows in a file. */
export interface WarehouseTask {
  readonly file: string
  /** Default: any free one. */
  readonly port?: number
  /** The request that is carried out and never answered, like all after it. Default: none. */
  readonly haltAt?: number
}

const { file, port = 0, haltAt = Infinity } = task() as WarehouseTask
const server = await startWmsServer({
  port,
  store: loggedStore(file),
  fault: (_, count) => {
    if (count < haltAt) return undefined
    if (count === haltAt) setImmediate(() => void tell({ type: 'halted' })) // it is carried out before
    return { applied: count === haltAt, answer: 'none' }
  },
})
await tell({ type: 'ready', url: server.url })
