/**
 * The pages of a generator that is told to stop as soon as nobody wants them any more, also while a page is on its way.
 * A generator alone would end only once that page has come. Whoever lets the pages go waits until it has ended.
 */
export function stoppablePages<Page, Summary>(
  given: AbortSignal,
  open: (signal: AbortSignal) => AsyncGenerator<Page, Summary>,
): AsyncIterator<Page, Summary | undefined> {
  const stop = new AbortController()
  const pages = open(AbortSignal.any([given, stop.signal]))
  return {
    next: () => pages.next(),
    async return() {
      stop.abort()
      await pages.return(undefined as never).catch(() => undefined) // a summary that nobody reads
      return { done: true, value: undefined }
    },
  }
}
