/** `cut`: longer than allowed, the rest was not read. `broken`: it ended too early, or its time was up. */
export type Arrival = 'whole' | 'cut' | 'broken'

/** Reads a body to its end, or to the limit, and never leaves the connection hanging. */
export async function received(
  { body }: Response,
  maxBytes: number,
): Promise<{ readonly text: string; readonly arrival: Arrival }> {
  if (!body) return { text: '', arrival: 'whole' }
  const reader = (body as ReadableStream<Uint8Array>).getReader() // fetch's bodies are bytes
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { text: text + decoder.decode(), arrival: 'whole' }
      bytes += value.byteLength
      if (bytes > maxBytes) return { text: '', arrival: await cut(reader) }
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    return { text: '', arrival: 'broken' }
  }
}

async function cut(reader: ReadableStreamDefaultReader): Promise<'cut'> {
  await reader.cancel().catch(() => undefined) // closes the connection; what it says no longer matters
  return 'cut'
}
