import { parseArgs } from 'node:util'

export type Database = 'dynoxide' | 'dynamodb-local'

/** What the demo was asked for. */
export interface DemoOptions {
  readonly json: boolean
  readonly updates: number
  readonly batchSize: number
  readonly seed: number
  /** Undefined: dynoxide where there is one for this platform, else DynamoDB Local. */
  readonly database: Database | undefined
}

/** Something the user has to change; told in one line, exit 2. */
export class UsageError extends Error {}

export const usage = `Usage: npm run demo -- [options]
  --updates N      writes to the table, 100 to 9000 (default 3000)
  --batch-size N   records per invocation, 1 to 1000 (default 10)
  --seed N         the same number, the same morning (default: random)
  --db NAME        dynoxide or dynamodb-local (default: dynoxide where it runs)
  --json           one JSON document instead of the pictures`

/** Reads the command line; undefined when only help is wanted. */
export function demoOptions(argv: readonly string[]): DemoOptions | undefined {
  const values = parsed(argv)
  if (values.help) return undefined
  return {
    json: values.json,
    updates: integer('updates', values.updates, 100, 9_000),
    batchSize: integer('batch-size', values['batch-size'], 1, 1_000),
    seed: integer('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 0, 2 ** 31),
    database: databaseOf(values.db),
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        updates: { type: 'string', default: '3000' },
        'batch-size': { type: 'string', default: '10' },
        seed: { type: 'string' },
        db: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`--${name} is "${text}". Give a whole number from ${least} to ${most}.`)
}

function databaseOf(name: string | undefined): Database | undefined {
  if (name === undefined || name === 'dynoxide' || name === 'dynamodb-local') return name
  throw new UsageError(`--db is "${name}". Give dynoxide or dynamodb-local.`)
}
