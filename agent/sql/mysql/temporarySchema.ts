/** No database's name ends with a space, so nothing real is called like this. */
const SUFFIX = " (temporary) ";

/** The schema in which a session's temporary tables of a database are listed, apart from the tables they hide. */
export const temporarySchema = (database: string): string => `${database}${SUFFIX}`;

export const isTemporarySchema = (schema: string): boolean => schema.endsWith(SUFFIX);

/** The database that statements name where they mean something of this schema. */
export const databaseOf = (schema: string): string =>
  isTemporarySchema(schema) ? schema.slice(0, -SUFFIX.length) : schema;
