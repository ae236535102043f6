/**
 * What every client that the adapters make themselves is told: without time-outs the SDK would wait for ever, and without
 * the last option it would only warn.
 */
export const clientLimits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const
