/** Wraps work in spans. The library runs the work itself, once, should the tracer fail to. */
export interface Tracer {
  readonly span: <T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    run: () => Promise<T>,
  ) => Promise<T>
}
