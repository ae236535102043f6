import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { ShelfAddress } from './ask-shelf.ts'

interface Row {
  readonly sku: string
  readonly version: string
  readonly quantity?: number
}

export interface ShelfServer extends ShelfAddress {
  readonly stop: () => Promise<void>
}

/** The warehouse, as far as the test needs it. Use the real one where it starts in a test. */
export async function startShelf(): Promise<ShelfServer> {
  const rows = new Map<string, Row>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined) // who asked has left
    socket.on('close', () => sockets.delete(socket))
    createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) =>
      socket.write(`${answer(rows, line)}\n`),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(rows: Map<string, Row>, line: string): string {
  const [verb, text] = [line.slice(0, 3), line.slice(4)]
  if (verb === 'GET')
    return `ROWS ${JSON.stringify((JSON.parse(text) as string[]).flatMap((sku) => rows.get(sku) ?? []))}`
  if (verb === 'PUT') return put(rows, JSON.parse(text) as Row)
  return 'WHAT'
}

/** Compares and writes in one step; a row without a quantity is a tombstone. */
function put(rows: Map<string, Row>, row: Row): string {
  if (row.quantity !== undefined && !Number.isFinite(row.quantity)) return 'REFUSED'
  const held = rows.get(row.sku)?.version ?? ''
  if (row.version < held) return 'OLDER'
  if (row.version === held) return 'SAME'
  rows.set(row.sku, row)
  return 'WRITTEN'
}
