import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { startRuntimeApi } from './runtime-api.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const runtimeClient = here('node_modules/aws-lambda-ric/index.mjs')

/** A bundled function, in a folder outside of the repository, which holds nothing else. */
export interface Code {
  readonly folder: string
  readonly remove: () => Promise<void>
}

/** Bundles the example's handler with the built package, as a deployment would. */
export async function bundledExample(): Promise<Code> {
  const folder = await mkdtemp(join(tmpdir(), 'lambda-function-'))
  await build({
    entryPoints: [here('../../examples/local/handler.ts')],
    outfile: join(folder, 'handler.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    tsconfigRaw: {}, // the repository's paths lead to the source; users get the build
    logLevel: 'error',
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export interface FunctionOptions {
  readonly code: Code
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Sees an answer before Lambda has it. True: it is lost, for the runtime dies in the middle of it. */
  readonly losesAnswer?: (() => boolean) | undefined
}

/** A Lambda function with one execution environment, whose runtime is started again when it has ended. */
export interface LambdaFunction {
  /** Resolves with the function's answer; rejects with a FunctionError. */
  readonly invoke: (event: unknown) => Promise<unknown>
  /** Ends the runtime with SIGKILL at once. */
  readonly kill: () => void
  /** How many runtimes were started. */
  readonly starts: () => number
  /** What they have written to standard output, and to standard error. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

export async function startFunction(options: FunctionOptions): Promise<LambdaFunction> {
  let runtime: ChildProcess | undefined
  let starts = 0
  let log = ''
  let stopped = false
  const kill = () => void runtime?.kill('SIGKILL')
  process.once('exit', kill) // also when the test's process dies without its afterEach

  const api = await startRuntimeApi({
    timeoutMs: options.timeoutMs,
    onTimeout: kill,
    losesAnswer: () => {
      const loses = options.losesAnswer?.() ?? false
      if (loses) kill()
      return loses
    },
  })

  function start(): void {
    starts++
    const child = spawn(process.execPath, [runtimeClient], {
      cwd: options.code.folder,
      env: environmentOf(api.address, options),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        log += chunk.toString()
      })
    child.once('error', (error) => ended(error.message))
    child.once('close', (code, signal) => ended(signal ?? `exit code ${code}`)) // its last words are read by then
    runtime = child
  }

  function ended(how: string): void {
    runtime = undefined
    if (api.runtimeEnded(how) > 0 && !stopped) start()
  }

  return {
    invoke: (event) => {
      if (!runtime) start()
      return api.invoke(event)
    },
    kill,
    starts: () => starts,
    log: () => log,
    stop: async () => {
      stopped = true
      process.off('exit', kill)
      const child = runtime
      const closed = child && new Promise((resolve) => child.once('close', resolve))
      kill()
      await closed
      await api.stop()
    },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentOf(address: string, { code, environment }: FunctionOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LAMBDA_TASK_ROOT: code.folder,
    _HANDLER: 'handler.handler',
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_LAMBDA_FUNCTION_NAME: 'inventory',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/inventory',
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...environment,
  }
}
