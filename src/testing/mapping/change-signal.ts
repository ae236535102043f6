/** Lets one task wait until another says that something changed. */
export interface ChangeSignal {
  readonly notify: () => void
  /** Resolves at once if something changed since the last call. */
  readonly next: () => Promise<void>
}

/** For one waiting task. An aborted signal counts as a change. */
export function changeSignal(signal: AbortSignal): ChangeSignal {
  let changed = false
  let wake: (() => void) | undefined
  const notify = () => {
    changed = true
    wake?.()
  }
  signal.addEventListener('abort', notify, { once: true })
  return {
    notify,
    next: async () => {
      if (!changed && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
      changed = false
    },
  }
}
