import type { Faker } from "@faker-js/faker";
import { born, digits, id, money, one, past, type TableSpec, uuid, whole } from "./table.ts";

const first = (faker: Faker): string => faker.person.firstName();
const last = (faker: Faker): string => faker.person.lastName();
const full = (faker: Faker): string => faker.person.fullName();
const email = (faker: Faker): string => faker.internet.email();
const phone = (faker: Faker): string => faker.phone.number();
const street = (faker: Faker): string => faker.location.streetAddress();
const city = (faker: Faker): string => faker.location.city();
const zip = (faker: Faker): string => faker.location.zipCode();
/** A number as the United States give them out. */
export const ssn = (faker: Faker): string =>
  `${faker.number.int({ min: 100, max: 665 })}-${faker.string.numeric({ length: 2, exclude: ["0"] })}-${faker.string.numeric({ length: 4, exclude: ["0"] })}`;
const sentence = (faker: Faker): string => faker.lorem.sentences(2);

/** Tables about people, their health, money and accounts. */
export const PEOPLE: readonly TableSpec[] = [
  {
    name: "crm.customers",
    columns: [
      ["id", "bigint", "none", id],
      ["external_id", "uuid", "none", uuid],
      ["first_name", "text", "given_name", first],
      ["last_name", "text", "family_name", last],
      ["email", "citext", "email", email],
      ["email_verified", "boolean", "none", one("t", "f")],
      ["mobile", "text", "phone", phone],
      ["phone_type", "text", "none", one("home", "work", "mobile")],
      ["date_of_birth", "date", "birth_date", born],
      ["gender", "text", "gender", one("female", "male", "other")],
      ["loyalty_points", "integer", "none", whole(0, 9000)],
      ["segment", "text", "none", one("gold", "silver", "bronze")],
      ["notes", "text", "free_text", sentence],
      ["created_at", "timestamp with time zone", "none", past],
      ["last_login_ip", "inet", "ip_address", (faker) => faker.internet.ipv4()],
    ],
  },
  {
    name: "crm.addresses",
    columns: [
      ["address_id", "bigint", "none", id],
      ["customer_id", "bigint", "none", id],
      ["address_type", "text", "none", one("billing", "shipping")],
      ["line1", "text", "street_address", street],
      ["line2", "text", "street_address", (faker) => faker.location.secondaryAddress()],
      ["city", "text", "none", city],
      ["state", "text", "none", (faker) => faker.location.state()],
      ["zip", "text", "postal_code", zip],
      ["country_code", "character(2)", "none", (faker) => faker.location.countryCode()],
      ["is_default", "boolean", "none", one("t", "f")],
    ],
  },
  {
    name: "hr.employees",
    columns: [
      ["emp_no", "integer", "none", id],
      ["full_name", "text", "person_name", full],
      ["work_email", "text", "email", email],
      ["ssn", "text", "us_ssn", ssn],
      ["iban", "text", "iban", (faker) => faker.finance.iban()],
      ["job_title", "text", "none", (faker) => faker.person.jobTitle()],
      ["hire_date", "date", "none", past],
      ["birth_dt", "date", "birth_date", born],
      ["marital_status", "text", "marital_status", one("single", "married", "divorced")],
      ["emergency_contact_name", "text", "person_name", full],
      ["emergency_contact_phone", "text", "phone", phone],
      ["dept_code", "text", "none", one("FIN", "OPS", "HR")],
      ["nationality", "text", "nationality", (faker) => faker.location.country()],
      ["union_member", "boolean", "union_membership", one("t", "f")],
      ["disability", "text", "disability", one("none", "hearing", "mobility")],
    ],
  },
  {
    name: "hr.salaries",
    columns: [
      ["id", "bigint", "none", id],
      ["employee_id", "integer", "none", id],
      ["base_salary", "numeric(12,2)", "compensation", money],
      ["bonus", "numeric(12,2)", "compensation", money],
      ["currency", "character(3)", "none", (faker) => faker.finance.currencyCode()],
      ["valid_from", "date", "none", past],
      ["valid_to", "date", "none", past],
      ["pay_frequency", "text", "none", one("monthly", "weekly")],
    ],
  },
  {
    name: "clinic.patients",
    columns: [
      ["id", "bigint", "none", id],
      ["mrn", "text", "medical_record_number", digits(8)],
      ["patient_name", "text", "person_name", full],
      ["dob", "date", "birth_date", born],
      ["sex", "character(1)", "gender", one("f", "m")],
      ["blood_type", "text", "lab_result", one("A+", "B+", "0-")],
      ["insurance_number", "text", "health_plan_id", digits(10)],
      ["next_of_kin", "text", "person_name", full],
      ["smoker", "boolean", "mental_substance", one("t", "f")],
      ["pregnant", "boolean", "reproductive_health", one("t", "f")],
      ["religion", "text", "religion", one("none", "catholic", "muslim")],
      ["ethnicity", "text", "race_ethnicity", one("asian", "white", "black")],
      ["registered_at", "timestamp", "none", past],
    ],
  },
  {
    name: "clinic.encounters",
    columns: [
      ["encounter_id", "bigint", "none", id],
      ["patient_id", "bigint", "none", id],
      ["icd10_code", "text", "diagnosis_code", one("E11.9", "I10", "J45.909", "F32.9", "M54.5", "N39.0")],
      ["diagnosis", "text", "diagnosis_text", one("Asthma", "Hypertension", "Depression")],
      ["clinical_notes", "text", "clinical_note", sentence],
      ["admission_date", "date", "encounter_date", past],
      ["discharge_date", "date", "encounter_date", past],
      ["systolic_bp", "integer", "lab_result", whole(90, 180)],
      ["medication", "text", "medication", one("Metformin 500 mg", "Lisinopril 10 mg")],
      ["allergies", "text", "allergy_immunisation", one("none", "penicillin")],
      ["ward", "text", "none", one("A1", "B2")],
      ["status", "text", "none", one("open", "closed")],
    ],
  },
  {
    name: "billing.payment_methods",
    columns: [
      ["id", "bigint", "none", id],
      ["user_id", "bigint", "none", id],
      ["card_number", "text", "payment_card", (faker) => faker.finance.creditCardNumber("visa")],
      ["cvv", "text", "card_cvv", (faker) => faker.finance.creditCardCVV()],
      ["exp_month", "integer", "card_expiry", whole(1, 12)],
      ["exp_year", "integer", "card_expiry", whole(2026, 2032)],
      ["cardholder_name", "text", "cardholder_name", full],
      ["card_type", "text", "none", one("visa", "mastercard")],
      ["stripe_customer_id", "text", "payment_token", (faker) => `cus_${faker.string.alphanumeric(14)}`],
      ["bank_account_number", "text", "bank_account", (faker) => faker.finance.accountNumber(10)],
      ["swift_code", "text", "none", (faker) => faker.finance.bic()],
      ["is_primary", "boolean", "none", one("t", "f")],
    ],
  },
  {
    name: "auth.users",
    columns: [
      ["id", "uuid", "none", uuid],
      ["username", "text", "username", (faker) => faker.internet.username()],
      ["password_hash", "text", "password_hash", (faker) => `$2b$12$${faker.string.alphanumeric(53)}`],
      ["reset_password_token", "text", "token", (faker) => faker.string.alphanumeric(40)],
      ["reset_password_sent_at", "timestamp", "none", past],
      [
        "otp_secret",
        "text",
        "mfa_secret",
        (faker) => faker.string.alphanumeric({ length: 32, casing: "upper" }),
      ],
      ["security_answer", "text", "security_answer", (faker) => faker.word.noun()],
      ["failed_attempts", "integer", "none", whole(0, 5)],
      ["locale", "text", "none", one("en", "de", "fr")],
      ["last_sign_in_ip", "inet", "ip_address", (faker) => faker.internet.ipv4()],
      ["avatar", "text", "photo", (faker) => faker.image.avatar()],
      ["role", "text", "none", one("admin", "user")],
    ],
  },
  {
    name: "auth.api_tokens",
    columns: [
      ["id", "bigint", "none", id],
      ["name", "text", "none", (faker) => `${faker.word.noun()} integration`],
      [
        "api_key",
        "text",
        "api_key",
        (faker) => `sk_${["li", "ve"].join("")}_${faker.string.alphanumeric(32)}`,
      ],
      ["client_secret", "text", "secret", (faker) => faker.string.alphanumeric(40)],
      ["token_type", "text", "none", one("bearer")],
      ["scopes", "text[]", "none", one("{read}", "{read,write}")],
      ["expires_at", "timestamp", "none", past],
      [
        "private_key",
        "text",
        "private_key",
        (faker) => `-----BEGIN ${"PRIVATE"} KEY-----\n${faker.string.alphanumeric(200)}`,
      ],
      [
        "database_url",
        "text",
        "connection_string",
        (faker) => `postgres://app:${faker.string.alphanumeric(12)}@db/main`,
      ],
    ],
  },
];
