/** Columns as every table here has them: never null. */
import { sql, type ColumnDefinitionBuilder } from 'kysely'

export type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

export const number: Column = (column) => column.notNull()

/** Text in byte order, so that listings and their cursors have one order on every database. @param byteCollation of the driver */
export function textColumn(byteCollation: string): Column {
  return (column) => column.notNull().modifyEnd(sql`collate ${sql.id(byteCollation)}`)
}
