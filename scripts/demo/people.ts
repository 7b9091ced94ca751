import { fakerEN as faker } from "@faker-js/faker";

/** One believable row of each demo table. */
type Row = Record<string, unknown>;

const COUNTRIES = ["US", "GB", "DE", "FR", "NL", "ES", "IT", "SE"];
const CONDITIONS = [
  ["E11.9", "Type 2 diabetes mellitus", "Metformin", "500 mg twice a day"],
  ["I10", "Essential hypertension", "Lisinopril", "10 mg once a day"],
  ["J45.909", "Asthma, unspecified", "Salbutamol", "100 µg as needed"],
  ["F32.9", "Major depressive disorder", "Sertraline", "50 mg once a day"],
  ["M54.5", "Low back pain", "Ibuprofen", "400 mg as needed"],
  ["E78.5", "Hyperlipidaemia", "Atorvastatin", "20 mg at night"],
  ["N39.0", "Urinary tract infection", "Nitrofurantoin", "100 mg twice a day"],
] as const;

const day = (from: string, to: string): string => faker.date.between({ from, to }).toISOString().slice(0, 10);
const moment = (from: string, to: string): string => faker.date.between({ from, to }).toISOString();
const ssn = (): string =>
  `${faker.number.int({ min: 100, max: 665 })}-${faker.string.numeric({ length: 2, exclude: ["0"] })}-${faker.string.numeric({ length: 4, exclude: ["0"] })}`;
const condition = (id: number) => CONDITIONS[id % CONDITIONS.length] ?? CONDITIONS[0];

export function customer(id: number): Row {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  return {
    id,
    first_name: first,
    last_name: last,
    email: `${first}.${last}${id}@${faker.internet.domainName()}`.toLowerCase().replace(/[^a-z0-9.@-]/g, ""),
    phone: id % 9 === 0 ? null : faker.phone.number({ style: "international" }),
    date_of_birth: day("1940-01-01", "2005-01-01"),
    newsletter: id % 3 === 0,
    loyalty_points: faker.number.int({ max: 5_000 }),
    profile: {
      language: faker.helpers.arrayElement(["en", "de", "fr"]),
      theme: faker.helpers.arrayElement(["dark", "light"]),
      emergency_contact: {
        name: faker.person.fullName(),
        phone: faker.phone.number({ style: "international" }),
      },
      secondary_email: faker.internet.email(),
    },
    created_at: moment("2020-01-01", "2025-01-01"),
    updated_at: moment("2025-01-01", "2025-11-01"),
  };
}

export function address(id: number, customerId: number): Row {
  return {
    id,
    customer_id: customerId,
    kind: id % 2 === 0 ? "billing" : "shipping",
    street: faker.location.streetAddress(),
    city: faker.location.city(),
    postal_code: faker.location.zipCode(),
    country_code: faker.helpers.arrayElement(COUNTRIES),
  };
}

export function card(id: number, customerId: number): Row {
  const brand = faker.helpers.arrayElement(["visa", "mastercard", "american_express"]);
  return {
    id,
    customer_id: customerId,
    holder_name: faker.person.fullName(),
    card_number: faker.finance.creditCardNumber({ issuer: brand }).replace(/\D/g, ""),
    brand,
    expires: `${String(faker.number.int({ min: 1, max: 12 })).padStart(2, "0")}/${faker.number.int({ min: 26, max: 31 })}`,
  };
}

export function product(id: number): Row {
  return {
    id,
    sku: `SKU-${String(id).padStart(5, "0")}`,
    name: faker.commerce.productName(),
    description: faker.commerce.productDescription(),
    category: faker.commerce.department(),
    price: faker.commerce.price({ min: 2, max: 900 }),
    in_stock: faker.number.int({ max: 400 }),
  };
}

export function order(id: number, customerId: number): Row {
  return {
    id,
    customer_id: customerId,
    status: faker.helpers.arrayElement(["new", "paid", "shipped", "delivered", "cancelled"]),
    ordered_at: day("2023-01-01", "2025-11-20"),
    total: faker.number.float({ min: 5, max: 2_000, fractionDigits: 2 }),
  };
}

export function orderItem(orderId: number, line: number, productId: number): Row {
  return {
    order_id: orderId,
    line,
    product_id: productId,
    quantity: faker.number.int({ min: 1, max: 5 }),
    unit_price: faker.number.float({ min: 2, max: 900, fractionDigits: 2 }),
  };
}

export function ticket(id: number, customerId: number): Row {
  const name = faker.person.fullName();
  const messages = [
    `Hello, this is ${name}. My card ${faker.finance.creditCardNumber({ issuer: "visa" })} was charged twice. Please write to ${faker.internet.email()}.`,
    `Please call me back at ${faker.phone.number({ style: "international" })} about my last order. ${name}`,
    `I moved to ${faker.location.streetAddress()}, ${faker.location.city()}. Can you change it? Regards, ${name}`,
    `The parcel was open when it arrived. ${faker.lorem.sentence()}`,
  ];
  return {
    id,
    customer_id: customerId,
    subject: faker.helpers.arrayElement([
      "Charged twice",
      "Where is my order?",
      "New address",
      "Damaged parcel",
    ]),
    message: messages[id % messages.length],
    priority: faker.helpers.arrayElement(["low", "normal", "high"]),
    opened_at: moment("2024-01-01", "2025-11-20"),
  };
}

export function apiClient(id: number): Row {
  return {
    id,
    name: `${faker.company.name()} integration`,
    api_key: `sk_${["li", "ve"].join("")}_${faker.string.alphanumeric(32)}`,
    webhook_secret: `${["wh", "sec"].join("")}_${faker.string.alphanumeric(32)}`,
    rate_limit: faker.helpers.arrayElement([60, 600, 6_000]),
    last_ip: faker.internet.ipv4(),
  };
}

export const department = (id: number): Row => ({
  id,
  name: `${faker.commerce.department()} ${id}`,
  cost_center: `CC-${1_000 + id}`,
});

export function employee(id: number, departmentId: number, managerId: number | null): Row {
  const name = faker.person.fullName();
  return {
    id,
    department_id: departmentId,
    manager_id: managerId,
    full_name: name,
    work_email: `${name.toLowerCase().replace(/[^a-z]+/g, ".")}${id}@northwind-demo.example`,
    ssn: ssn(),
    iban: faker.finance.iban({ formatted: false, countryCode: "DE" }),
    job_title: faker.person.jobTitle(),
    hired_on: day("2005-01-01", "2025-06-01"),
  };
}

export const salary = (employeeId: number, step: number): Row => ({
  employee_id: employeeId,
  valid_from: `${2023 + step}-01-01`,
  salary: faker.number.int({ min: 38_000, max: 190_000 }),
  bonus: faker.number.int({ max: 20_000 }),
});

export const doctor = (id: number): Row => ({
  id,
  full_name: `Dr. ${faker.person.fullName()}`,
  specialty: faker.helpers.arrayElement([
    "Cardiology",
    "Dermatology",
    "General practice",
    "Orthopaedics",
    "Psychiatry",
  ]),
});

export const patient = (id: number): Row => ({
  id,
  medical_record_number: `MRN-${String(100_000 + id)}`,
  full_name: faker.person.fullName(),
  birth_date: day("1930-01-01", "2024-01-01"),
  sex: faker.helpers.arrayElement(["f", "m"]),
  ssn: ssn(),
  phone: faker.phone.number({ style: "international" }),
  insurance_number: `H${faker.string.numeric(9)}`,
});

export const appointment = (id: number, patientId: number, doctorId: number): Row => ({
  id,
  patient_id: patientId,
  doctor_id: doctorId,
  starts_at: moment("2024-01-01", "2026-03-01"),
  room: `${faker.helpers.arrayElement(["A", "B", "C"])}${faker.number.int({ min: 1, max: 30 })}`,
  cancelled: id % 17 === 0,
});

export function diagnosis(id: number, patientId: number): Row {
  const [code, description] = condition(id);
  return {
    id,
    patient_id: patientId,
    icd10_code: code,
    description,
    notes:
      id % 4 === 0
        ? null
        : `${faker.person.firstName()} reports ${faker.lorem.words(6)}. Review in ${faker.number.int({ min: 2, max: 12 })} weeks.`,
    diagnosed_on: day("2019-01-01", "2025-11-01"),
  };
}

export function prescription(id: number, diagnosisId: number): Row {
  const [, , medication, dosage] = condition(id);
  return { id, diagnosis_id: diagnosisId, medication, dosage };
}
