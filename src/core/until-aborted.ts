/**
 * What `work` comes to, or undefined as soon as the signal aborts: whoever does the work may not look at the signal.
 * What becomes of the work then is nobody's business.
 */
export function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
