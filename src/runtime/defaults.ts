/** Every default of the handlers, as the TSDoc of the settings states them. */
export const defaults = {
  batchSize: 100,
  concurrency: 10,
  timeoutMs: 5_000,
  maxAttempts: 3,
  minDelayMs: 100,
  maxDelayMs: 2_000,
  breaker: { failures: 5, coolDownMs: 30_000 },
  deadlineMarginMs: 1_000,
  random: (): number => Math.random(),
} as const

/** A warehouse that asks for a longer rest than this is not waited for, deadline or not. */
export const longestRetryAfterMs = 60_000

/** One call of a DLQ sink or of the table. */
export const portTimeoutMs = 5_000

/** What observers may take at the end of an invocation. */
export const emitTimeoutMs = 250

/** Letters per call of a DLQ sink. */
export const lettersPerSend = 100

/** After so many calls of a DLQ sink in a row without an answer, an invocation parks nothing more there. */
export const silentSends = 2

/** No margin is shorter: there must be time to answer. */
export const leastMarginMs = 100

/** Lines about single deliveries per invocation; what is beyond is counted. */
export const failureLines = 100
