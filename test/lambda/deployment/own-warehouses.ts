import { startPostgres, type PostgresServer } from '../../support/postgres-server.ts'
import {
  startWmsServer,
  type WmsFault,
  type WmsRequest,
  type WmsRow,
  type WmsServer,
} from '../../support/wms-server.ts'
import { isGenuine } from './is-genuine.ts'
import { startTcpBridge } from './tcp-bridge.ts'

/** The systems that the deployment's warehouses are: two WMS and a database. */
export interface OwnWarehouses {
  readonly berlin: WmsServer
  readonly austin: WmsServer
  readonly lyon: PostgresServer
  readonly lyonPort: number
  /** While true, berlin answers 503. */
  outage: boolean
  /** Requests whose signature was wrong. */
  readonly forged: () => number
  readonly stop: () => Promise<void>
}

export const wmsKey = 'a key for HMAC'

export async function ownWarehouses(): Promise<OwnWarehouses> {
  const rows = new Map<string, WmsRow>()
  let forged = 0
  const checked = (request: WmsRequest): WmsFault | undefined => {
    if (isGenuine(request, wmsKey)) return undefined
    forged++
    return { answer: { status: 401 } }
  }
  const berlin = await startWmsServer({
    store: rows,
    fault: (request) => {
      const wrong = checked(request)
      if (wrong) return wrong
      if (own.outage) return { answer: { status: 503 } }
      if (request.method === 'GET' && request.url === '/stock') return { answer: listing(rows) }
      return undefined
    },
  })
  const austin = await startWmsServer({ fault: checked })
  const lyon = await startPostgres()
  const bridge = await startTcpBridge(`${lyon.connection.host}/.s.PGSQL.${lyon.connection.port}`)
  const own: OwnWarehouses = {
    ...{ berlin, austin, lyon, lyonPort: bridge.port, outage: false },
    forged: () => forged,
    stop: async () => {
      await Promise.all([berlin.stop(), austin.stop(), bridge.stop()])
      await lyon.stop()
    },
  }
  return own
}

function listing(rows: ReadonlyMap<string, WmsRow>) {
  const texts = [...rows.values()].filter(({ removed }) => !removed).map(({ text }) => text)
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `[${texts.join(',')}]` }
}
