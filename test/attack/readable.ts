/** Enough of PostgreSQL's types for expressions of each. */
export type Type = "text" | "int" | "date" | "json" | "texts" | "bool";

export interface Column {
  readonly name: string;
  readonly type: Type;
}

/** One item of FROM. */
export interface Item {
  readonly alias: string;
  readonly columns: readonly Column[];
}

const columns = (text: string): readonly Column[] =>
  text.split(" ").map((one) => {
    const [name = "", type = "text"] = one.split(":");
    return { name, type: type as Type };
  });

/** What there is to read, as `schema.ts` makes it. */
export const RELATIONS: readonly (readonly [name: string, columns: readonly Column[]])[] = [
  [
    "shop.customers",
    columns("id:int full_name email phone ssn date_of_birth:date city tier profile:json email_domain"),
  ],
  ["shop.cards", columns("id:int customer_id:int holder_name card_number brand")],
  ["shop.products", columns("id:int sku title category in_stock:int")],
  ["shop.orders", columns("id:int customer_id:int product_id:int quantity:int ordered_at:date")],
  [
    "shop.support_tickets",
    columns("id:int customer_id:int subject message tags:texts payload:json priority:int"),
  ],
  ["shop.api_clients", columns("id:int label api_key rate_limit:int")],
  ["shop.contacts", columns("id:int phone")],
  [
    "people.employees",
    columns("id:int manager_id:int full_name work_email department salary:int hired_on:date"),
  ],
  ["clinic.patients", columns("id:int full_name birth_date:date medical_record_number diagnosis ward")],
  ["shop.customer_overview", columns("id:int customer contact city orders:int")],
  ["shop.catalogue", columns("id:int sku title")],
  ["people.payroll", columns("id:int department amount:int")],
  ["shop.city_people", columns("city people:int who")],
];
