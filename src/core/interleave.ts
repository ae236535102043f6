/** What came of asking one source. */
type Answer<Value> =
  | { readonly source: AsyncGenerator<Value, void>; readonly result: IteratorResult<Value, void> }
  | { readonly error: unknown }

/**
 * The values of many sources, as they come: `width` sources are read side by side, each one value ahead of what was
 * taken. What one of them throws ends all. It ends once all have: a source that waits for something must be told to stop.
 */
export async function* interleave<Value>(
  sources: Iterable<() => AsyncGenerator<Value, void>>,
  width: number,
): AsyncGenerator<Value, void> {
  const waiting = sources[Symbol.iterator]()
  const running = new Set<AsyncGenerator<Value, void>>()
  const answers = queue<Answer<Value>>()
  const ask = (source: AsyncGenerator<Value, void>): void => {
    source.next().then(
      (result) => answers.put({ source, result }),
      (error: unknown) => answers.put({ error }),
    )
  }
  const begin = (): void => {
    const next = waiting.next()
    if (next.done === true) return
    const source = next.value()
    running.add(source)
    ask(source)
  }
  for (let begun = 0; begun < width; begun++) begin()
  try {
    while (running.size > 0) {
      const answer = await answers.take()
      if ('error' in answer) throw answer.error
      const { source, result } = answer
      if (result.done === true) {
        running.delete(source)
        begin()
      } else {
        ask(source)
        yield result.value
      }
    }
  } finally {
    await Promise.allSettled([...running].map((source) => source.return()))
  }
}

/** What was put and not yet taken, for one taker. */
function queue<Value>(): { readonly put: (value: Value) => void; readonly take: () => Promise<Value> } {
  const values: Value[] = []
  let hand: ((value: Value) => void) | undefined
  return {
    put(value) {
      if (hand) hand(value)
      else values.push(value)
      hand = undefined
    },
    async take() {
      if (values.length > 0) return values.shift() as Value // there is one
      return new Promise((resolve) => {
        hand = resolve
      })
    },
  }
}
