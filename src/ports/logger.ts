/** Where log lines go. `console` and Powertools' Logger fit as they are. Fields hold keys and event ids, never images. */
export type Logger = Readonly<
  Record<'info' | 'warn' | 'error', (message: string, fields: Record<string, unknown>) => void>
>
