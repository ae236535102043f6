import { isObject, isRecord } from '../core/objects.ts'
import type { Logger } from '../ports/logger.ts'
import { loggable, type Budget } from './json/loggable.ts'
import { checkedSettings, ranks, type JsonLoggerSettings } from './json/settings.ts'

export interface JsonLoggerOptions {
  /** The least that is written. Default `info`, which is everything: a line per invocation too. */
  readonly level?: keyof Logger | undefined
  /** Takes one line without its end. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined
  /** Fields of every line, such as `{ service: 'stock' }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since 1970, the lines' time. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const maxCharacters = 8_000
const own = new Set(['timestamp', 'level', 'message'])

/**
 * Writes each call as one line of JSON: `timestamp`, `level` and `message`, then the fields.
 *
 * - **No content**: of errors the name, the code and the cause's are told, the message only of this library's own. Members
 *   named `item`, `previous`, `record`, `dynamodb`, `NewImage`, `OldImage`, `image` or `body` are left out, so that a
 *   change, a dead letter, a stream's record or a queue's message may be handed in whole.
 * - **Bounded**: a line stays below 64 KB, a text in it below 1,001 characters; nesting ends after five levels.
 * - **Never throws**, whatever is handed in, nor where `write` does. Big integers are texts, cycles end.
 * - On Lambda a line goes to standard output as it is, under the log format `JSON` too: only what `console` writes is put into
 *   an object by the runtime. Lambda filters it by its `level`.
 *
 * Format: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 * @throws ConfigError for options that cannot work.
 */
export function jsonLogger(options: JsonLoggerOptions = {}): Logger {
  const settings = checkedSettings(options)
  const logs = (level: keyof Logger): Logger[keyof Logger] =>
    ranks[level] < ranks[settings.level]
      ? () => undefined
      : (message, fields) => {
          try {
            settings.write(JSON.stringify(line(level, message, fields, settings)))
          } catch {
            // A log's fault is not the sync's.
          }
        }
  return { info: logs('info'), warn: logs('warn'), error: logs('error') }
}

function line(
  level: keyof Logger,
  message: unknown,
  fields: unknown,
  settings: JsonLoggerSettings,
): Readonly<Record<string, unknown>> {
  const budget = { left: maxCharacters }
  const told = Object.create(null) as Record<string, unknown> // whose names mean nothing, `__proto__` included
  told['timestamp'] = new Date(settings.now()).toISOString()
  told['level'] = level.toUpperCase()
  told['message'] = typeof message === 'string' ? loggable(message, budget) : typeof message
  for (const given of [settings.fields, fields])
    if (isObject(given))
      for (const [name, value] of Object.entries(readable(given, budget))) if (!own.has(name)) told[name] = value
  return told
}

/** The fields, or what is left of them where they cannot even be listed. An error that stands for them is one of them. */
function readable(fields: object, budget: Budget): Readonly<Record<string, unknown>> {
  try {
    if (fields instanceof Error) return { error: loggable(fields, budget) }
    const told = loggable(fields, budget)
    return isRecord(told) ? told : { fields: told }
  } catch {
    return { fields: '[unreadable]' }
  }
}
