import type { Context } from 'aws-lambda'

type Handler<Event, Answer> = (event: Event, context: Context) => Promise<Answer>

/**
 * A handler that is made once, from what has to be read first. It is begun while Lambda loads the code. Where that failed,
 * it is begun anew by the invocation that needs it, for Lambda may load code ahead, and freeze it in the middle of a call;
 * what fails then is told.
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
  return async (event, context) => (await (ready?.catch(begin) ?? begin()))(event, context)
}
