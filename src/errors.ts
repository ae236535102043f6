/** What went wrong, as a permanent code. Decide by it, through {@link isSyncError}. */
export type SyncErrorCode =
  | 'CONFIG_INVALID'
  | 'RECORD_UNDECODABLE'
  | 'TARGET_UNAVAILABLE'
  | 'TARGET_REJECTED'
  | 'DEADLINE_EXCEEDED'
  | 'SNAPSHOT_INVALID'

/** Global, so that errors of a second loaded copy of the package are recognised too. */
const brand = Symbol.for('dynamodb-stream-sync.error')

/** The base of every error of this package. Its message never carries secrets or image content. */
export class SyncError extends Error {
  readonly code: SyncErrorCode

  constructor(code: SyncErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SyncError'
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }
}

/** A configuration that cannot work, thrown where it is declared. The message names the field, the value and the remedy. */
export class ConfigError extends SyncError {
  /** The path of the setting, as one would write it: `targets.berlin.timeoutMs`. */
  readonly field: string

  constructor(field: string, problem: string, options?: ErrorOptions) {
    super('CONFIG_INVALID', `${field}: ${problem}`, options)
    this.name = 'ConfigError'
    this.field = field
  }
}

/** One thing that a schema found wrong with an image: where, and in the schema's own words. */
export interface SchemaIssue {
  readonly path: string
  readonly message: string
}

/** A record or dead letter that cannot be turned into a change. It is parked raw. */
export class DecodeError extends SyncError {
  /** What the item's schema found, where it was the schema that refused. A schema's words may quote values: keep them out of logs. */
  readonly issues: readonly SchemaIssue[]

  constructor(message: string, options?: ErrorOptions & { readonly issues?: readonly SchemaIssue[] }) {
    super('RECORD_UNDECODABLE', message, options)
    this.name = 'DecodeError'
    this.issues = options?.issues ?? []
  }
}

/** The warehouse could not be asked, or its answer is unknown. Worth another try. */
export class TargetUnavailableError extends SyncError {
  /** How long the warehouse asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options?: { readonly retryAfterMs?: number; readonly cause?: unknown }) {
    super('TARGET_UNAVAILABLE', message, options)
    this.name = 'TargetUnavailableError'
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** The warehouse understood the change and will not have it. Another try would not help. */
export class TargetRejectedError extends SyncError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('TARGET_REJECTED', message, options)
    this.name = 'TargetRejectedError'
  }
}

/** The invocation's time was up while a delivery was under way. */
export class DeadlineError extends SyncError {
  constructor(message: string, options?: ErrorOptions) {
    super('DEADLINE_EXCEEDED', message, options)
    this.name = 'DeadlineError'
  }
}

/** A snapshot that breaks its promises: wrong order, a row without key, an answer that is no row. */
export class SnapshotError extends SyncError {
  constructor(message: string, options?: ErrorOptions) {
    super('SNAPSHOT_INVALID', message, options)
    this.name = 'SnapshotError'
  }
}

/** Tells an error of this package, whichever loaded copy of it threw, and narrows its code. */
export function isSyncError<Code extends SyncErrorCode = SyncErrorCode>(
  value: unknown,
  code?: Code,
): value is SyncError & { readonly code: Code } {
  if (typeof value !== 'object' || value === null) return false
  try {
    return brand in value && (code === undefined || ('code' in value && value.code === code))
  } catch {
    return false // a proxy that does not let itself be looked at is none of ours
  }
}
