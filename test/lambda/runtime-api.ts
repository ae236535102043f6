import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What an invocation failed with: an error that the function reported, or its runtime's end. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
  readonly errorType: string
  constructor(errorType: string, message: string) {
    super(message)
    this.errorType = errorType
  }
}

export interface RuntimeApiOptions {
  /** Of one invocation. It counts from the moment at which the runtime takes it. */
  readonly timeoutMs: number
  /** An invocation is past its time-out: its runtime must go. */
  readonly onTimeout: () => void
  /** Sees an answer before it counts. True: it is lost, for the runtime dies in the middle of it. */
  readonly losesAnswer?: (() => boolean) | undefined
}

/**
 * Lambda's Runtime API for one execution environment, which works on one invocation at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export interface RuntimeApi {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  readonly address: string
  /** Hands an event to the runtime that asks for one. Rejects with a FunctionError. */
  readonly invoke: (event: unknown) => Promise<unknown>
  /** The runtime has ended: what it worked on has failed, or what it should have begun with. Answers how many still wait. */
  readonly runtimeEnded: (how: string) => number
  readonly stop: () => Promise<void>
}

interface Pending {
  readonly id: string
  readonly event: unknown
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: FunctionError) => void
}

interface ReportedError {
  readonly errorType: string
  readonly errorMessage: string
}

export async function startRuntimeApi(options: RuntimeApiOptions): Promise<RuntimeApi> {
  const waiting: Pending[] = []
  let asking: ServerResponse | undefined
  let hasAsked = false
  let working: (Pending & { readonly timer: NodeJS.Timeout }) | undefined
  let initError: FunctionError | undefined

  function next(response: ServerResponse): void {
    hasAsked = true
    asking = response
    response.once('close', () => {
      if (asking === response) asking = undefined
    })
    handOver()
  }

  function handOver(): void {
    const pending = asking && waiting.shift()
    if (!asking || !pending) return
    const timer = setTimeout(() => {
      finished()?.reject(new FunctionError('Sandbox.Timedout', `Task timed out after ${options.timeoutMs} ms`))
      options.onTimeout()
    }, options.timeoutMs)
    working = { ...pending, timer }
    asking.writeHead(200, headersOf(pending.id, options.timeoutMs)).end(JSON.stringify(pending.event))
    asking = undefined
  }

  function finished(): Pending | undefined {
    const done = working
    clearTimeout(done?.timer)
    working = undefined
    return done
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? ''
    if (path === 'invocation/next') {
      next(response)
      return
    }
    const body = await text(request)
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (path === 'init/error') initError = errorOf(body)
    else if (id === undefined || id !== working?.id) return void response.writeHead(400).end()
    else if (options.losesAnswer?.()) return
    else if (kind === 'error') finished()?.reject(errorOf(body))
    else finished()?.resolve(body === '' ? null : JSON.parse(body))
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ id: randomUUID(), event, resolve, reject })
        handOver()
      }),
    runtimeEnded: (how) => {
      const error = initError ?? new FunctionError('Runtime.ExitError', `The runtime ended: ${how}`)
      const failed = finished() ?? (hasAsked ? undefined : waiting.shift())
      hasAsked = false
      initError = undefined
      failed?.reject(error)
      return waiting.length
    },
    stop: () =>
      new Promise((resolve) => {
        finished()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Without the content type and the trace's id, the runtime client dies. */
function headersOf(id: string, timeoutMs: number): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:inventory',
    'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
  }
}

function errorOf(body: string): FunctionError {
  const { errorType, errorMessage } = JSON.parse(body) as ReportedError
  return new FunctionError(errorType, errorMessage)
}
