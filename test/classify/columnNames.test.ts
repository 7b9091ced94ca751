import { describe, expect, it } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { catalogOf, tableOf } from "./catalogs.ts";
import { judgedAs, type Tables } from "./judgedAs.ts";

const SCHEMAS: readonly (readonly [string, Tables])[] = [
  [
    "what is said of personal data is not the data",
    {
      "app.users": {
        "email text": "email",
        "email_verified boolean": "-",
        "email_sent_at timestamp": "-",
        "email_template text": "-",
        "phone_type text": "-",
        "password_changed_at timestamp": "-",
        "has_phone boolean": "-",
        "disabled boolean": "-",
        "reset_password_token text": "token",
        "token_expires_at timestamp": "-",
        "login_count integer": "-",
        "display_name text": "person_name",
      },
    },
  ],
  [
    "a name is a person's in tables about people only",
    {
      "shop.products": { "name text": "-", "gender text": "-", "pan text": "-", "author text": "-" },
      "shop.customers": { "name text": "person_name", "customer_number text": "-", "gender text": "gender" },
      "app.usergroup": { "name text": "-", "display_name text": "-" },
      "app.user_roles": { "name text": "-", "description text": "-" },
      "app.oauth_clients": { "name text": "-", "client_secret text": "secret" },
      "backup.client": { "name text": "-", "uname text": "-" },
      "hr.staff": { "name text": "given_name", "surname text": "family_name" },
    },
  ],
  [
    "what happens to a person is about one, also where the row does not say whom",
    {
      "public.visits": { "id int": "-", "diagnosis text": "diagnosis_text", "icd10 text": "diagnosis_code" },
      "ward.admissions": { "id int": "-", "diagnosis text": "diagnosis_text", "notes text": "clinical_note" },
      "ward.visit_types": { "id int": "-", "name text": "-", "description text": "-" },
    },
  ],
  [
    "the words before a word change it",
    {
      "app.contacts": { "config_hash text": "-", "email_address text": "email", "pager_address text": "-" },
      "pay.credit_cards": { "meta_number text": "-", "number text": "payment_card", "card_type text": "-" },
    },
  ],
  [
    "abbreviations, cases and prefixes of a whole table",
    {
      "legacy.tblCust": {
        "custFName text": "given_name",
        "custLName text": "family_name",
        "custEmailAddr text": "email",
        "custDOB date": "birth_date",
        "custZipCd text": "postal_code",
      },
      "legacy.cst": {
        "cst_id integer": "-",
        "cst_firstname text": "given_name",
        "cst_lastname text": "family_name",
        "cst_addr text": "street_address",
        "cst_ssn text": "us_ssn",
      },
    },
  ],
  [
    "machines have addresses of their own",
    {
      "net.hosts": { "ip text": "-", "mac_address macaddr": "-", "snmp_password text": "password" },
      "net.subnet_pools": { "start_address inet": "-", "end_address inet": "-" },
      "web.logins": { "user_id integer": "-", "ip inet": "ip_address" },
    },
  ],
  [
    "catalogues of care are not about patients",
    {
      "ref.icd_codes": { "icd10 text": "-", "description text": "-" },
      "care.drug_catalogue": { "atc_code text": "-", "name text": "-" },
      "care.diagnoses": {
        "patient_id integer": "-",
        "icd10 text": "diagnosis_code",
        "notes text": "clinical_note",
      },
      "care.encounter_types": { "name text": "-", "description text": "-" },
    },
  ],
  [
    "words other tools stumble on",
    {
      "school.terms": { "academic_year_code text": "-", "scenario_code text": "-", "acid_level text": "-" },
      "law.rights": { "ip_type text": "-", "licence_terms text": "-", "public_key text": "-" },
      "cms.pages": { "title text": "-", "slug text": "-", "state text": "-", "meta_key text": "-" },
      "ops.jobs": {
        "fingerprint text": "-",
        "primary_key text": "-",
        "idempotency_key text": "-",
        "cache_key text": "-",
      },
    },
  ],
  [
    "health facts hide in booleans and dates",
    {
      "care.patients": {
        "hiv_positive boolean": "mental_substance",
        "is_pregnant boolean": "reproductive_health",
        "diagnosed_with_hypertension boolean": "mental_substance",
        "deceased_date date": "encounter_date",
        "created_at timestamp": "-",
      },
    },
  ],
  [
    "other languages and scripts",
    {
      "crm.kunden": {
        "vorname text": "given_name",
        "geburtsdatum date": "birth_date",
        "artikelnummer text": "-",
      },
      "rh.salaries": { "numero_securite_sociale text": "national_id", "date_embauche date": "-" },
      "crm.会员": { "手机号 text": "phone", "身份证号 text": "national_id", "密码 text": "password" },
      "crm.顧客": {
        "氏名 text": "person_name",
        "住所 text": "street_address",
        "メールアドレス text": "email",
      },
      "crm.клиенты": { "фамилия text": "family_name", "телефон text": "phone" },
    },
  ],
];

describe("columns by metadata alone", () => {
  it.each(SCHEMAS)("%s", (_, tables) => {
    expect(judgedAs(tables)).toEqual(tables);
  });

  it("a column that references another is what that one is", () => {
    const labels = classifyCatalog(
      catalogOf({
        "app.people": ["id integer", "email text"],
        "app.logins": ["who text -> app.people.email", "person integer -> app.people.id"],
        "app.chained": ["who text -> app.logins.who"],
        "app.looped": ["a text -> app.looped.b", "b text -> app.looped.a"],
      }),
      new Map(),
    );
    expect(labels.get("app.logins.who")).toMatchObject({ infoType: "email", level: "confidential" });
    expect(labels.get("app.logins.who")?.evidence[0]).toBe("it references app.people.email");
    expect(labels.get("app.chained.who")?.infoType).toBe("email");
    expect(labels.get("app.logins.person")?.level).toBe("public");
    expect(labels.get("app.looped.a")).toBeDefined();
  });

  it("a comment says it where the name does not", () => {
    const labels = classifyCatalog(
      catalogOf({
        "erp.t_17": ["c1 text -- e-mail address of the customer", "c2 text -- colour of the box"],
      }),
      new Map(),
      { metadataOnly: true },
    );
    expect(labels.get("erp.t_17.c1")).toMatchObject({
      infoType: "email",
      evidence: ["its comment mentions e-mail addresses"],
    });
    expect(labels.get("erp.t_17.c2")?.level).toBe("internal");
  });

  it("what is not known and may be anything counts as confidential until somebody has looked", () => {
    const catalog = catalogOf({
      "x.y": ["blob_a text", "blob_b jsonb", "n integer", "t timestamp", "b boolean"],
    });
    const pending = classifyCatalog(catalog, new Map());
    expect(["blob_a", "blob_b", "n", "t", "b"].map((column) => pending.get(`x.y.${column}`)?.level)).toEqual([
      "confidential",
      "confidential",
      "internal",
      "internal",
      "internal",
    ]);
    expect(pending.get("x.y.blob_a")).toMatchObject({ infoType: "unclassified", confidence: 0 });
    expect(classifyCatalog(catalog, new Map(), { metadataOnly: true }).get("x.y.blob_a")?.level).toBe(
      "internal",
    );
  });

  it("a partition's column is its topmost parent's", () => {
    const parent = tableOf("s.parent", ["email text"]);
    const child = tableOf("s.child", ["email text", "own text"], { parents: [parent.oid] });
    const labels = classifyCatalog(catalogOf({}, { relations: [parent, child] }), new Map());
    expect([...labels.keys()]).toEqual(["s.parent.email", "s.child.own"]);
    expect(labels.get("s.parent.email")?.infoType).toBe("email");
  });

  it("names with dots that look alike never lower a level", () => {
    const keys = tableOf("a.k", ["id integer"]);
    const one = { ...tableOf("a.b", ["c.ssn text"]), name: "b" };
    const other = { ...tableOf("a.b", ["ssn integer -> a.k.id"]), name: "b.c" };
    for (const relations of [
      [keys, one, other],
      [keys, other, one],
    ]) {
      const labels = classifyCatalog(catalogOf({}, { relations }), new Map());
      expect(labels.get("a.b.c.ssn")?.level).toBe("restricted");
    }
  });
});
