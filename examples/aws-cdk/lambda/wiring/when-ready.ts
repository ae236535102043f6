import type { Context } from 'aws-lambda'

type Handler<Event, Answer> = (event: Event, context: Context) => Promise<Answer>

/**
 * A handler that is made once, from what has to be read first. It is begun while Lambda loads the code; what fails is told
 * to the invocation that needs it, and begun anew by the next one.
 */
export function whenReady<Event, Answer>(make: () => Promise<Handler<Event, Answer>>): Handler<Event, Answer> {
  let ready: Promise<Handler<Event, Answer>> | undefined
  const begin = () => {
    const begun = make()
    ready = begun
    begun.catch(() => (ready = undefined))
    return begun
  }
  void begin().catch(() => undefined)
  return async (event, context) => (await (ready ?? begin()))(event, context)
}
