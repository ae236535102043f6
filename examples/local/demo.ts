import { demoOptions, type DemoOptions, usage, UsageError } from './arguments.ts'
import { type Cleanup, cleanupList } from './cleanup.ts'
import { startPlaces } from './places.ts'
import { summaryOf } from './report.ts'
import { playMorning } from './scenario.ts'
import { paintFor, silentStage, textStage } from './stage.ts'
import { summaryText } from './summary-text.ts'

const { stdout } = process
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true' // this is no news of the demo's

/** Plays the morning; answers the exit code. */
async function demo(options: DemoOptions, cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now()
  const terminal = stdout.isTTY && process.env['TERM'] !== 'dumb'
  const paint = paintFor(terminal && !process.env['NO_COLOR'])
  const places = await startPlaces(options.database, cleanup)
  signal.throwIfAborted()
  const stage = options.json ? silentStage : textStage(paint, terminal)
  cleanup.add(stage.end)
  const outcome = await playMorning(places, options, stage, signal)
  const summary = summaryOf(outcome, options, places.dynamoDb.name, performance.now() - startedAt)
  stage.end()
  console.log(options.json ? JSON.stringify(summary, undefined, 2) : summaryText(summary, paint))
  return summary.verdict === 'equal' ? 0 : 1
}

async function main(): Promise<number> {
  const cleanup = cleanupList()
  const interrupted = new AbortController()
  const stopped = new Promise<number>((resolve) => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)
      process.once(signal, () => {
        interrupted.abort()
        resolve(code)
      })
  })
  try {
    const options = demoOptions(process.argv.slice(2))
    if (options) return await Promise.race([demo(options, cleanup, interrupted.signal), stopped])
    console.log(usage)
    return 0
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error)
    return error instanceof UsageError ? 2 : 1
  } finally {
    await cleanup.run()
  }
}

process.exit(await main())
