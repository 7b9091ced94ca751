const words = (text: string): readonly string[] => text.split(",").map((one) => one.trim());

/** What a SHOW reveals beyond structure; undefined where it is nothing. */
export function whyRevealing(what: string): string | undefined {
  return revealing.get(what);
}

const revealing: ReadonlyMap<string, string> = new Map([
  ["warnings", "quotes values in its messages"],
  ["errors", "quotes values in its messages"],
  ["count_warnings", "tells of the statement before"],
  ["count_errors", "tells of the statement before"],
  ["processlist", "shows the statements others are running, with their literals"],
  ["full_processlist", "shows the statements others are running, with their literals"],
  ["engine_status", "shows the statements others are running"],
  ["profile", "tells how long statements took"],
  ["profiles", "shows texts of statements"],
  ["status", "counts what statements did"],
  ["session_status", "counts what statements did"],
  ["global_status", "counts what statements did"],
  ["binlog_events", "shows changes to data"],
  ["relaylog_events", "shows changes to data"],
  ["slave_status", "shows errors with values, and how the server replicates"],
  ["create_user", "shows password hashes"],
  ["grants", "shows password hashes"],
  ["explain", "shows a plan of another session"],
]);

const columns: Readonly<Record<string, string>> = {
  databases: "Database",
  columns: "Field, Type, Null, Key, Default, Extra",
  full_columns: "Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment",
  create_table: "Table, Create Table",
  create_view: "View, Create View, character_set_client, collation_connection",
  create_database: "Database, Create Database",
  create_procedure:
    "Procedure, sql_mode, Create Procedure, character_set_client, collation_connection, Database Collation",
  create_function:
    "Function, sql_mode, Create Function, character_set_client, collation_connection, Database Collation",
  create_trigger:
    "Trigger, sql_mode, SQL Original Statement, character_set_client, collation_connection, Database Collation, Created",
  create_event:
    "Event, sql_mode, time_zone, Create Event, character_set_client, collation_connection, Database Collation",
  create_sequence: "Table, Create Table",
  character_set: "Charset, Description, Default collation, Maxlen",
  engines: "Engine, Support, Comment, Transactions, XA, Savepoints",
  variables: "Variable_name, Value",
  global_variables: "Variable_name, Value",
  session_variables: "Variable_name, Value",
  status: "Variable_name, Value",
  session_status: "Variable_name, Value",
  global_status: "Variable_name, Value",
  warnings: "Level, Code, Message",
  errors: "Level, Code, Message",
  triggers:
    "Trigger, Event, Table, Statement, Timing, Created, sql_mode, Definer, character_set_client, collation_connection, Database Collation",
  events:
    "Db, Name, Definer, Time zone, Type, Execute at, Interval value, Interval field, Starts, Ends, Status, Originator, character_set_client, collation_connection, Database Collation",
  procedure_status:
    "Db, Name, Type, Definer, Modified, Created, Security_type, Comment, character_set_client, collation_connection, Database Collation",
  function_status:
    "Db, Name, Type, Definer, Modified, Created, Security_type, Comment, character_set_client, collation_connection, Database Collation",
  plugins: "Name, Status, Type, Library, License",
  privileges: "Privilege, Context, Comment",
  open_tables: "Database, Table, In_use, Name_locked",
};

const tableStatus =
  "Name, Engine, Version, Row_format, Rows, Avg_row_length, Data_length, Max_data_length, Index_length, Data_free, Auto_increment, Create_time, Update_time, Check_time, Collation, Checksum, Create_options, Comment";
const index =
  "Table, Non_unique, Key_name, Seq_in_index, Column_name, Collation, Cardinality, Sub_part, Packed, Null, Index_type, Comment, Index_comment";

/** The columns a SHOW answers with; undefined where they are not known. */
export function shownColumns(
  what: string,
  variant: "mysql" | "mariadb",
  schema: string | undefined,
  like: string | undefined,
): readonly string[] | undefined {
  const mariadb = variant === "mariadb";
  const suffix = like === undefined ? "" : ` (${like})`;
  switch (what) {
    case "tables":
      return [`Tables_in_${schema ?? ""}${suffix}`];
    case "full_tables":
      return [`Tables_in_${schema ?? ""}${suffix}`, "Table_type"];
    case "databases":
      return [`Database${suffix}`];
    case "table_status":
      return words(mariadb ? `${tableStatus}, Max_index_length, Temporary` : tableStatus);
    case "index":
      return words(mariadb ? `${index}, Ignored` : `${index}, Visible, Expression`);
    case "processlist":
    case "full_processlist":
      return words(`Id, User, Host, db, Command, Time, State, Info${mariadb ? ", Progress" : ""}`);
    case "collation":
      return words(`Collation, Charset, Id, Default, Compiled, Sortlen${mariadb ? "" : ", Pad_attribute"}`);
    default: {
      const known = columns[what];
      return known === undefined ? undefined : words(known);
    }
  }
}
