/** Hands values from many producers to one consumer, in chunks: what gathered while the consumer was busy. */
export interface Channel<T> extends AsyncIterable<readonly T[]> {
  /** An urgent value wakes the consumer at once; others wait for one, or for the end. */
  readonly push: (value: T, urgent: boolean) => void
  readonly close: () => void
}

export function channel<T>(): Channel<T> {
  let gathered: T[] = []
  let closed = false
  let wake: (() => void) | undefined
  const stir = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    push(value, urgent) {
      gathered.push(value)
      if (urgent) stir()
    },
    close() {
      closed = true
      stir()
    },
    [Symbol.asyncIterator]: () => ({
      async next() {
        while (gathered.length === 0) {
          if (closed) return { done: true, value: undefined }
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        const chunk = gathered
        gathered = []
        return { done: false, value: chunk }
      },
    }),
  }
}
