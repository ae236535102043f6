/** Turns a row, its values by column, into what an item would be. */
export type RowReader = (row: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** Which columns hold what. */
export interface Layout {
  /** Key columns in the order of the item's key, each with the key attribute that it holds; undefined: something made of them. */
  readonly key: ReadonlyMap<string, string | undefined>
  /** The other columns that are read, each with its attribute. */
  readonly columns: ReadonlyMap<string, string>
  readonly versionColumn: string | undefined
  readonly removedColumn: string | undefined
  readonly row: RowReader | undefined
}
