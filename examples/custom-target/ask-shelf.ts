import { connect } from 'node:net'
import { TargetUnavailableError } from 'dynamodb-stream-sync'

export interface ShelfAddress {
  readonly host: string
  readonly port: number
}

const maxAnswerLength = 1_000_000

/** Sends one line and takes one, on a connection of its own. What goes wrong on the way is worth another try. */
export function askShelf({ host, port }: ShelfAddress, request: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    let answer = ''
    const leave = () => fail('did not answer in time')
    const give = (outcome: () => void) => {
      signal.removeEventListener('abort', leave)
      socket.destroy()
      outcome()
    }
    const fail = (what: string, cause?: unknown) =>
      give(() => reject(new TargetUnavailableError(`The shelf ${what}.`, { cause })))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    socket.setEncoding('utf8')
    socket.on('error', (cause) => fail('cannot be reached', cause))
    socket.on('close', () => fail('hung up without an answer'))
    socket.on('data', (text) => {
      answer += String(text)
      const end = answer.indexOf('\n')
      if (end !== -1) give(() => resolve(answer.slice(0, end)))
      else if (answer.length > maxAnswerLength) fail('does not come to an end')
    })
    socket.write(`${request}\n`)
  })
}
