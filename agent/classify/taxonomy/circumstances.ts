import { ANYTHING, type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PII = { category: "PII", shapes: TEXT } as const;
const STAFF = ["GDPR 4(1)", "HIPAA (R)", "NIST 800-122"];

/** What a person is, does and earns. */
export const circumstances: readonly InfoType[] = [
  {
    ...PII,
    name: "employee_id",
    title: "staff numbers",
    level: "internal",
    mask: "partial",
    regulations: STAFF,
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`employee number, employee code, staff number, staff id, payroll number, badge number, badge id,
      personnel number, personalnummer, matricule, numero empleado, student number, student id, membership number,
      member number`),
  },
  {
    ...PII,
    name: "compensation",
    title: "salaries and other pay",
    level: "confidential",
    mask: "bucket",
    regulations: ["GDPR 4(1)", "SOC 2 C1.1"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`maas, ucret, palkka, kuukausipalkka, fizetes, ber, brutto ber, manadslon, arslon, lonn, aarslonn, maanedslon, plat, mzda, hruba mzda, placa, pensja, salariu, зарплата, оклад, 급여, 연봉, 年収, 月給, 薪酬, kyuyo,
      salary, base salary, annual salary, monthly salary, yearly salary, salary amount, gross salary,
      net salary, basic salary, gross pay, net pay, take home pay, base pay, pay rate, hourly rate of pay, current salary, expected salary, salary expectation, day rate pay,
      ctc, remuneration, gross income, net income, income amount, family income, taxable income, pension amount, pension contribution, hourly pay, hourly wage, wage,
      wages, bonus amount, annual bonus, commission amount, annual income, $somebody income, partner income, household income, monthly income, salario,
      sueldo, gehalt, bruttogehalt, nettogehalt, lohn, bruttolohn, salaire, salaire brut, salaire net, stipendio,
      ordenado, loon, salaris, wynagrodzenie, compensation, severance, stock options, equity grant, 工资, 薪资, 給与`),
    phrasesIn: {
      employee:
        list(`amount, bonus, pay, gross, net, commission, base, income, rate, hourly rate, allowance, deduction,
        overtime pay, annual, ctc, stock, equity, raise, garnishment, gross ytd, net ytd, tax withheld, withholding`),
      person: list("income, net worth, bonus"),
    },
  },
  {
    ...PII,
    name: "education_record",
    title: "school records",
    level: "confidential",
    mask: "full",
    regulations: ["GDPR 4(1)", "FERPA"],
    shapes: TEXT_OR_NUMBER,
    phrases: list(
      "sen provision, sen need, special educational needs, exclusion reason, attainment score, gpa, grade point average, cumulative gpa, school transcript, transcript grade, sat score, exam result, exam mark, degree grade, sen status, special educational need",
    ),
  },
  {
    ...PII,
    name: "gender",
    title: "genders",
    level: "confidential",
    mask: "full",
    regulations: ["GDPR 4(1)", "NIST 800-122"],
    shapes: ANYTHING,
    phrases: list(
      `cinsiyet, sukupuoli, neme, nem, koen, kjonn, pohlavi, pohlavie, spol, пол, 성별, seibetsu,
      gender, sex, gender code, sex code, gender cd, sex cd, sex at birth, legal sex, pronouns, pronoun, sexo, geschlecht, sexe, genero, sesso, geslacht, plec, kon, 性别, 性別`,
    ),
  },
  {
    ...PII,
    name: "age",
    title: "ages",
    level: "confidential",
    mask: "bucket",
    regulations: ["GDPR 4(1)", "HIPAA (C)", "NIST 800-122"],
    shapes: TEXT_OR_NUMBER,
    phrases: list("age years, age in years, patient age, age at diagnosis, age month, $somebody age"),
    phrasesIn: { person: list("age, edad, alter, idade, eta"), clinical: list("age") },
  },
  {
    ...PII,
    name: "nationality",
    title: "nationalities",
    level: "confidential",
    mask: "full",
    regulations: ["GDPR 4(1)", "NIST 800-122"],
    shapes: [...TEXT, "closed_set"],
    phrases:
      list(`home language, first language, uyruk, kansalaisuus, allampolgarsag, medborgarskap, nationalitet, statsborgerskab, statni prislusnost, obcanstvo, narodowosc, obywatelstwo, гражданство, 국적, 国籍,
      nationality, nationality code, first nationality, second nationality, citizenship, citizenship status, residency status,
      right to work, right to work or study, visa type, visa class, visa category, ethnicity country, native language, mother tongue, country of birth, birth country, place of birth, birth place, birthplace,
      birth city, immigration status, visa status, nacionalidad, nationalite, staatsangehorigkeit, nacionalidade,
      nazionalita, nationaliteit, lugar nacimiento, geburtsort, lieu naissance`),
    phrasesIn: { person: list("nation, nation code") },
  },
  {
    ...PII,
    name: "marital_status",
    title: "family situations",
    level: "confidential",
    mask: "full",
    regulations: ["GDPR 4(1)", "NIST 800-122"],
    shapes: ANYTHING,
    phrases:
      list(`in care, looked after child, child protection, child protection plan, free school meal, fsm eligible, next of kin relationship, medeni hal, medeni durum, siviilisaaty, csaladi allapot, civilstand, rodinny stav, stan cywilny, семейное положение, 婚姻, 婚姻状况, 결혼여부,
      family situation, situation familiale, marital status, marital status code, marital stat, civil status, relationship to applicant, family status, estado civil, familienstand, etat civil, stato civile,
      number of children, number of dependents, marital`),
  },
];
