/**
 * Wraps work in spans. The library runs the work itself, once, should the tracer fail to.
 *
 * Each invocation of a handler is a span, `stream-sync`, `queue-sync` or `reconcile`, and within it each target's part,
 * `deliver`, with the target's name and the number of items; a queue's handler has one of them for each of its rounds. A
 * span's `run` rejects where something failed: of a target, with its first failed delivery's error.
 */
export interface Tracer {
  readonly span: <T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    run: () => Promise<T>,
  ) => Promise<T>
}
