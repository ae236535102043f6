import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpBridge {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** A port of this machine that leads to a server's socket in the file system. */
export async function startTcpBridge(socketFile: string): Promise<TcpBridge> {
  const open = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(socketFile)
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
